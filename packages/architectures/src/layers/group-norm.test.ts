import { sampling } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { setBackend, slice, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectClose, momentsOf, scattered, values } from '../testing.fixture.ts'
import { groupNorm, instanceNorm, layerNorm } from './group-norm.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

const [n, h, w, c] = [3, 2, 3, 4] as const
const xs = scattered(n * h * w * c).map((v, i) => v * (1 + (i % c)) + 10 * (i % c))
const x = () => tensor(xs, [n, h, w, c])
const gain = [1, 2, 3, 4]
const bias = [0, -1, 1, 5]

/** Normalised by definition: numbers of one row whose features lie in one group belong together. */
function reference(groups: number, epsilon: number): number[] {
  const member = (i: number) => `${Math.floor(i / (h * w * c))}/${Math.floor(((i % c) * groups) / c)}`
  return xs.map((v, i) => {
    const { mean, variance } = momentsOf(xs.filter((_, j) => member(j) === member(i)))
    return (gain[i % c]! * (v - mean)) / Math.sqrt(variance + epsilon) + bias[i % c]!
  })
}

describe.each([
  ['layerNorm', layerNorm(c, { epsilon: 0.01 }), 1],
  ['groupNorm', groupNorm(c, 2, { epsilon: 0.01 }), 2],
  ['instanceNorm', instanceNorm(c, { epsilon: 0.01 }), 4],
] as const)('%s', (_, layer, groups) => {
  const apply = (t: ReturnType<typeof x>) =>
    layer.apply({ gain: tensor(gain), bias: tensor(bias) }, t, sampling())

  it('follows its definition', () => {
    expectClose(apply(x()), reference(groups, 0.01))
  })

  it('does not see other rows', () => {
    const alone = apply(slice(x(), [1, 0, 0, 0], [1, h, w, c]))
    expectClose(alone, values(slice(apply(x()), [1, 0, 0, 0], [1, h, w, c])), 1e-6)
  })
})

describe('groupNorm', () => {
  it('normalises vectors as well', () => {
    const y = layerNorm(2, { epsilon: 0 }).apply(
      { gain: tensor([1, 1]), bias: tensor([0, 0]) },
      tensor([[1, 3]]),
      sampling(),
    )
    expectClose(y, [-1, 1])
  })

  it('wants groups that divide', () => {
    expect(() => groupNorm(4, 3)).toThrow('groupNorm: expected groups to divide 4 features, got 3')
  })
})
