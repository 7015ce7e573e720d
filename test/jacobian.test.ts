import '@tensorflow/tfjs-backend-cpu'
import { dcgan, mlp, resnet } from '@equilibria/architectures'
import {
  type Batch,
  type Clock,
  fieldOf,
  fold,
  type GanPlayers,
  gameGradient,
  gan,
  gaussianLatent,
  initMemory,
  initPlayers,
  jacobianVector,
  key,
  leaves,
  mapTree,
  mend,
  normal,
  vectorJacobian,
} from '@equilibria/core'
import { FLOAT64, registerFloat64, tensor64 } from '@equilibria/core/testing'
import { minimax, nonSaturating, r1, wasserstein } from '@equilibria/losses'
import { setBackend, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'

beforeAll(async () => {
  registerFloat64()
  await setBackend(FLOAT64)
  mend()
})

const games = {
  // R1's own gradient is a second derivative, so that the Jacobian holds third ones.
  'dense networks, R1': {
    shape: [3],
    game: gan({
      generator: mlp.generator({ shape: [3], dimensions: 2, hidden: [5] }),
      critic: mlp.critic({ shape: [3], hidden: [5] }),
      latent: gaussianLatent(2),
      loss: minimax(),
      criticTerms: { r1: r1(1) },
    }),
  },
  'convolutions, batch norm, R1': {
    shape: [8, 8, 1],
    game: gan({
      generator: dcgan.generator({ shape: [8, 8, 1], dimensions: 2, width: 2 }),
      critic: dcgan.critic({ shape: [8, 8, 1], width: 2 }),
      latent: gaussianLatent(2),
      loss: nonSaturating(),
      criticTerms: { r1: r1(1) },
    }),
  },
  // Spectral norm takes its vectors for constant while it is differentiated, so that differences see a little more than derivatives.
  'residual networks, spectral norm': {
    held: true,
    shape: [8, 8, 1],
    game: gan({
      generator: resnet.generator({ shape: [8, 8, 1], dimensions: 2, width: 2 }),
      critic: resnet.critic({ shape: [8, 8, 1], width: 2 }),
      latent: gaussianLatent(2),
      loss: wasserstein(),
    }),
  },
}

const read = async (all: GanPlayers): Promise<number[]> =>
  (await Promise.all(leaves<Tensor>(all).map(t => t.data()))).flatMap(d => [...d])
const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0)
const length = (a: number[]) => Math.sqrt(dot(a, a))

describe('products with the Jacobian of the field of gradients of real networks, in double precision', () => {
  it.each(Object.entries(games))(
    '%s: agree with differences of the gradient and with each other',
    async (_, { game, shape, ...rest }) => {
      const batch: Batch = { data: normal(key(5), [3, ...shape]) }
      const turn = {
        batch,
        key: key(6),
        clock: undefined as unknown as Clock,
        memory: initMemory(game, key(1)),
        slots: {},
      }
      const field = fieldOf(game, () => turn)
      const at = initPlayers(game, key(1))
      const like = (numbers: (i: number) => number): GanPlayers => {
        let i = 0
        return mapTree(
          (t: Tensor) =>
            tensor64(
              Float64Array.from({ length: t.size }, () => numbers(i++)),
              t.shape,
            ),
          at,
        ) as GanPlayers
      }
      const drawn = async (name: string) =>
        read(
          mapTree(
            (t: Tensor, path: string) => normal(fold(fold(key(7), name), path), t.shape),
            at,
          ) as GanPlayers,
        )
      const [here, v, u] = [await read(at), await drawn('v'), await drawn('u')]
      const gradient = async (h: number) =>
        read(
          gameGradient(
            field,
            like(i => here[i]! + h * v[i]!),
          ),
        )
      const h = 1e-6
      const [up, down] = [await gradient(h), await gradient(-h)]
      const exact = up.map((x, i) => (x - down[i]!) / (2 * h))
      const product = await read(
        jacobianVector(
          field,
          at,
          like(i => v[i]!),
        ),
      )
      expect(length(exact)).toBeGreaterThan(1e-3)
      const error = length(product.map((x, i) => x - exact[i]!)) / length(exact)
      if (!('held' in rest)) expect(error).toBeLessThan(1e-6)
      // <u, J v> = <J^T u, v>: two ways to differentiate, one number.
      const other = await read(
        vectorJacobian(
          field,
          at,
          like(i => u[i]!),
        ),
      )
      expect(dot(other, v) / dot(u, product)).toBeCloseTo(1, 8)
      // The blocks between players are not zero.
      const mixed = await read(
        jacobianVector(
          field,
          at,
          like(i => v[i]!),
          { mixed: true },
        ),
      )
      expect(length(mixed)).toBeGreaterThan(1e-3 * length(exact))
    },
  )
})
