import type { Recipe } from '../recipe.ts'

const STEPS = 4000

/**
 * Eight narrow Gaussians on a circle, the classic test of mode collapse. A high rate, taken down to nothing along half a cosine, finds the modes
 * early and leaves time to draw them sharply.
 */
export const ring: Recipe = {
  recipe: 1,
  title: 'Eight modes on a ring',
  data: 'ring',
  game: {
    name: 'gan',
    generator: { name: 'mlp.generator', dimensions: 2, hidden: [128, 128, 128] },
    critic: { name: 'mlp.critic', hidden: [128, 128] },
    latent: { name: 'gaussian', dimensions: 2 },
    loss: 'relativisticPairing',
    criticTerms: { r1: { name: 'r1', gamma: 0.02 } },
  },
  dynamics: 'alternating',
  optimizer: {
    name: 'adam',
    rate: { name: 'cosine', from: 1e-2, to: 1e-4, steps: STEPS },
    beta1: 0.5,
    beta2: 0.99,
  },
  slots: { ema: { name: 'ema', decay: 0.99, players: ['generator'] } },
  evaluate: ['coverage'],
  steps: STEPS,
  batch: 128,
  every: { log: 50, sample: 500, checkpoint: 1000 },
}
