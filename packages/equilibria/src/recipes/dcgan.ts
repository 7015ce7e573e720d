import type { Recipe } from '../recipe.ts'

/** The convolutional GAN of Radford et al. 2016 (section 3), for images of any power-of-two size or 28: `--data ./photos --size 64`. */
export const dcgan: Recipe = {
  recipe: 1,
  title: 'DCGAN',
  data: 'mnist',
  game: {
    name: 'gan',
    generator: { name: 'dcgan.generator', dimensions: 100, width: 64 },
    critic: { name: 'dcgan.critic', width: 64 },
    latent: { name: 'gaussian', dimensions: 100 },
    loss: 'nonSaturating',
  },
  dynamics: 'alternating',
  optimizer: { name: 'adam', rate: 2e-4, beta1: 0.5 },
  slots: { ema: { name: 'ema', decay: 0.999, players: ['generator'] } },
  steps: 20000,
  batch: 64,
  every: { log: 50, sample: 500, checkpoint: 500 },
}
