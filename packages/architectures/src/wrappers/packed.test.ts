import {
  gan,
  gaussianLatent,
  type Loss,
  makeStep,
  type Network,
  sampling,
  sgd,
  simultaneous,
} from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import {
  mean,
  mul,
  neg,
  reshape,
  type Scalar,
  setBackend,
  sub,
  sum,
  type Tensor,
  tensor,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { mlp } from '../networks/mlp.ts'
import { expectClose, values } from '../testing.fixture.ts'
import { packed } from './packed.ts'

beforeAll(() => setBackend('cpu'))

/** Gives back what it is given, to be looked at. */
const seeing = (): Network => ({ init: () => ({}), apply: (_, x) => x })
const see = (rows: number, x: Tensor) => packed(rows, seeing()).apply({}, x, sampling())

describe('packed', () => {
  it('puts rows side by side, in their last axis', () => {
    const points = see(2, tensor([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]))
    expect(points.shape).toEqual([2, 4])
    expectClose(points, [1, 2, 3, 4, 5, 6, 7, 8])
    // Two images of 1x2 pixels with 2 channels: each pixel of the pack holds both images' channels.
    const images = see(2, tensor([1, 2, 3, 4, 10, 20, 30, 40], [2, 1, 2, 2]))
    expect(images.shape).toEqual([1, 1, 2, 4])
    expectClose(images, [1, 2, 10, 20, 3, 4, 30, 40])
    expectClose(see(1, tensor([3, 4], [2, 1])), [3, 4])
  })

  it('shows the whole batch to every kind of look, and no labels', () => {
    const critic: Network = {
      init: () => ({}),
      apply: (_, x, { labels }) => {
        expect(labels).toBeUndefined()
        return sum(x, 1)
      },
      features: (_, x) => [x],
    }
    const network = packed(3, critic)
    const x = tensor([1, 2, 3, 4, 5, 6], [6, 1])
    expectClose(
      network.apply({}, x, sampling({}, { labels: tensor([0, 1, 0, 1, 0, 1], [6], 'int32') })),
      [6, 15],
    )
    expect(network.features!({}, x, sampling())[0]!.shape).toEqual([2, 3])
  })

  it('plays in a gan, whose loss sees one logit a pack', () => {
    const seen: number[][] = []
    const loss: Loss = {
      critic: (real, fake) => {
        seen.push(real.shape, fake.shape)
        return sub(mean(fake), mean(real)) as Scalar
      },
      generator: fake => neg(mean(fake)) as Scalar,
    }
    const game = gan({
      generator: mlp.generator({ shape: [2], dimensions: 3, hidden: [4] }),
      critic: packed(2, mlp.critic({ shape: [4], hidden: [5] })),
      latent: gaussianLatent(3),
      loss,
    })
    const step = makeStep({ game, dynamics: simultaneous(), optimizer: sgd(0.1) })
    const next = step.next(step.init(1), [{ data: tensor([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]) }])
    expect(seen).toEqual([[2], [2]])
    expect(values(next.stats.critic.loss!)[0]).not.toBeNaN()
    expect(() => step.next(step.init(1), [{ data: tensor([1, 2, 3, 4, 5, 6], [3, 2]) }])).toThrow(
      'packed: 2 rows are judged together, but the batch has 3; use batches of a multiple of 2',
    )
  })

  it('sees fakes that are all alike, which no critic of single rows can', () => {
    // Data: 1 and -1, mixed. Fakes: a generator that makes only one of them at a time is right half of the time.
    const together: Network = {
      init: () => ({}),
      // Rows of a pack that differ are real.
      apply: (_, x) => neg(mul(reshape(sum(x, 1), [-1]), reshape(sum(x, 1), [-1]))),
    }
    const network = packed(2, together)
    const mixed = tensor([1, -1, -1, 1], [4, 1])
    const collapsed = tensor([1, 1, -1, -1], [4, 1])
    expectClose(network.apply({}, mixed, sampling()), [0, 0])
    expectClose(network.apply({}, collapsed, sampling()), [-4, -4])
  })

  it.each([0, 1.5, -2])('refuses %s rows', rows => {
    expect(() => packed(rows, seeing())).toThrow(/packed: .*rows/)
  })
})
