import {
  type Context,
  countParameters,
  entries,
  fold,
  key,
  type Network,
  sampling,
  tell,
} from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { add, mul, scalar, setBackend, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { uniform } from '../initializers.ts'
import { dense } from './dense.ts'
import { sequential } from './sequential.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

/** A network as a user would write it: a plain object. */
const scale = (by: number): Network<Tensor, Tensor, { by: Tensor }> => ({
  init: () => ({ by: scalar(by) }),
  apply: ({ by }, x) => mul(x, by),
})
const shift: Network = { init: () => ({}), apply: (_, x) => add(x, 1) }
const noting: Network = {
  init: () => ({}),
  memory: () => ({ last: scalar(7) }),
  apply: (_, x, context) => {
    tell(context, 'last', x)
    return x
  },
}

const run = (network: Network, x: Tensor, context: Context = sampling()) => [
  ...network.apply(network.init(key(0)), x, context).dataSync(),
]

describe('sequential', () => {
  it('applies its parts in order', () => {
    expect(run(sequential([scale(2), shift]), tensor([1, 2]))).toEqual([3, 5])
    expect(run(sequential({ first: shift, second: scale(2) }), tensor([1, 2]))).toEqual([4, 6])
    expect(run(sequential([]), tensor([5]))).toEqual([5])
  })

  it('offers what its parts give, but the last, as features', () => {
    const network = sequential([scale(2), shift, scale(10)])
    const given = network.features!(network.init(key(0)), tensor([1, 2]), sampling())
    expect(given.map(t => [...t.dataSync()])).toEqual([
      [2, 4],
      [3, 5],
    ])
    expect(sequential([shift]).features).toBeUndefined()
  })

  it('keeps parameters as a list or a record, each part from a key of its own', () => {
    const layer = dense(2, 3, { kernel: uniform(1) })
    const list = sequential([layer, shift, layer]).init(key(1))
    expect(entries(list).map(([path]) => path)).toEqual(['0/kernel', '0/bias', '2/kernel', '2/bias'])
    const [a, b] = [0, 2].map(i => [...(list as { kernel: Tensor }[])[i]!.kernel.dataSync()])
    expect(a).not.toEqual(b)
    expect(a).toEqual([...(layer.init(fold(key(1), '0')).kernel as Tensor).dataSync()])
    const record = sequential({ hidden: layer }).init(key(1))
    expect(entries(record).map(([path]) => path)).toEqual(['hidden/kernel', 'hidden/bias'])
    expect(countParameters(list)).toBe(18)
  })

  it('nests memory and what is told under the path', () => {
    const network = sequential([shift, sequential({ inner: noting })])
    expect(Object.keys(network.memory!(key(0)))).toEqual(['1/inner/last'])
    const told: Record<string, Tensor> = {}
    const context: Context = { ...sampling(), path: 'critic', tell: (path, t) => (told[path] = t) }
    run(network, tensor([1]), context)
    expect(Object.keys(told)).toEqual(['critic/1/inner/last'])
    expect(sequential([shift]).memory).toBeUndefined()
  })

  it('gives each part randomness of its own', () => {
    const seen: string[] = []
    const spy: Network = {
      init: () => ({}),
      apply: (_, x, context) => {
        seen.push(context.key.join())
        return x
      },
    }
    run(sequential([spy, spy]), tensor([1]))
    expect(new Set(seen).size).toBe(2)
  })

  it('says what is wrong with its parts or parameters', () => {
    expect(() => sequential([shift, (() => shift) as never])).toThrow('part 1 needs a network')
    expect(() => sequential([shift, shift]).apply([{}], tensor([1]), sampling())).toThrow(
      'no parameters for part 1',
    )
  })
})
