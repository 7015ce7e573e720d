import type { Recipe } from '../recipe.ts'

/** Handwritten digits in a few minutes on a CPU. */
export const mnist: Recipe = {
  recipe: 1,
  title: 'MNIST digits',
  data: 'mnist',
  game: {
    name: 'gan',
    generator: { name: 'mlp.generator', dimensions: 64, hidden: [256, 512] },
    critic: { name: 'mlp.critic', hidden: [512, 256] },
    latent: { name: 'gaussian', dimensions: 64 },
    loss: 'nonSaturating',
    criticTerms: { r1: { name: 'every', k: 16, term: { name: 'r1', gamma: 1 } } },
  },
  dynamics: 'alternating',
  optimizer: { name: 'adam', rate: 2e-4, beta1: 0.5 },
  slots: { ema: { name: 'ema', decay: 0.999, players: ['generator'] } },
  evaluate: ['digits'],
  steps: 5000,
  batch: 64,
  every: { log: 50, sample: 500, checkpoint: 1000 },
}
