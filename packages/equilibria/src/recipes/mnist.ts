import type { Recipe } from '../recipe.ts'

/**
 * Handwritten digits in a few minutes on a CPU: a small class-conditional DCGAN. High rates and small batches because steps are what a short
 * run lacks; R1 keeps the critic from running away, the average of weights takes out the noise that is left.
 */
export const mnist: Recipe = {
  recipe: 1,
  title: 'MNIST digits',
  data: 'mnist',
  game: {
    name: 'gan',
    generator: { name: 'dcgan.generator', dimensions: 64, width: 32, conditional: true },
    critic: { name: 'dcgan.critic', width: 32, conditional: true },
    latent: { name: 'gaussian', dimensions: 64 },
    loss: 'nonSaturating',
    criticTerms: { r1: { name: 'every', k: 16, term: { name: 'r1', gamma: 1 } } },
  },
  dynamics: 'alternating',
  optimizer: { name: 'adam', rate: 1e-3, beta1: 0.5 },
  slots: { ema: { name: 'ema', decay: 0.998, players: ['generator'] } },
  evaluate: ['digits'],
  steps: 3000,
  batch: 32,
  // Logged where R1 is computed.
  every: { log: 16, sample: 300, checkpoint: 500 },
}
