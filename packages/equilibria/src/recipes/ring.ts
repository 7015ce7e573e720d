import type { Recipe } from '../recipe.ts'

/** Eight Gaussians on a circle, the classic test of mode collapse. */
export const ring: Recipe = {
  recipe: 1,
  title: 'Eight modes on a ring',
  data: 'ring',
  game: {
    name: 'gan',
    generator: { name: 'mlp.generator', dimensions: 2, hidden: [128, 128], output: 'linear' },
    critic: { name: 'mlp.critic', hidden: [128, 128] },
    latent: { name: 'gaussian', dimensions: 2 },
    loss: 'nonSaturating',
    criticTerms: { r1: { name: 'r1', gamma: 0.1 } },
  },
  dynamics: 'alternating',
  optimizer: { name: 'adam', rate: 1e-3, beta1: 0.5 },
  slots: { ema: { name: 'ema', decay: 0.99, players: ['generator'] } },
  evaluate: ['coverage'],
  steps: 3000,
  batch: 256,
  every: { log: 50, sample: 500, checkpoint: 1000 },
}
