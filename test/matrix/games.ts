import { dcgan, mlp } from '@equilibria/architectures'
import { type Batch, fold, gan, gaussianLatent, type Key, normal } from '@equilibria/core'
import { nonSaturating, r1 } from '@equilibria/losses'

// Two small games with everything that training leans on: products, convolutions in all directions, batch normalisation,
// spectral normalisation's memory, and derivatives of second order.

/** Rows of a given shape from a normal distribution, by key and step. */
const noise = (shape: readonly number[]) => ({
  at: ({ step, n, key }: { step: number; n: number; key: Key }): Batch => ({
    data: normal(fold(key, step), [n, ...shape]),
  }),
})

const shape = [16, 16, 1]

export const games = {
  MLP: {
    data: noise([4]),
    batch: 6,
    game: gan({
      generator: mlp.generator({ shape: [4], dimensions: 3, hidden: [12], batchNorm: true }),
      critic: mlp.critic({ shape: [4], hidden: [12, 8] }),
      latent: gaussianLatent(3),
      loss: nonSaturating(),
      criticTerms: { r1: r1(1) },
    }),
  },
  DCGAN: {
    data: noise(shape),
    batch: 3,
    game: gan({
      generator: dcgan.generator({ shape, dimensions: 4, width: 4 }),
      critic: dcgan.critic({ shape, width: 4, norm: 'spectral' }),
      latent: gaussianLatent(4),
      loss: nonSaturating(),
      criticTerms: { r1: r1(1) },
    }),
  },
} as const

export type GameName = keyof typeof games
