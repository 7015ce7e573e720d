import { entries, key, sampling } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { fill, ones, setBackend, tensor1d, tensor2d, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { leakyRelu } from '../layers/activations.ts'
import { expectClose, values } from '../testing.fixture.ts'
import { mlp } from './mlp.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

describe('mlp', () => {
  it('ends in tanh for images, in nothing for points, or as told', () => {
    const largest = (options: Parameters<typeof mlp.generator>[0]) => {
      const network = mlp.generator({ dimensions: 1, hidden: [], ...options })
      const [layer] = network.init(key(1)) as [object]
      // One linear layer of kernel 3: latent 2 becomes 6 before the output.
      const params = [{ ...layer, kernel: fill([1, 4], 3) }, {}, {}]
      return values(network.apply(params as never, fill([1, 1], 2), sampling()))[0]!
    }
    expect(largest({ shape: [2, 2, 1] })).toBeCloseTo(Math.tanh(6), 6)
    expect(largest({ shape: [4] })).toBeCloseTo(6, 6)
    expect(largest({ shape: [4], output: 'sigmoid' })).toBeCloseTo(1 / (1 + Math.exp(-6)), 6)
    expect(() => mlp.generator({ shape: [4], output: 'tahn' as never })).toThrow('did you mean "tanh"')
  })

  it('is what its layers say, worked out by hand', () => {
    const network = mlp.critic({ shape: [2], hidden: [2], slope: 0.1 })
    const params = network.init(key(0))
    expect(entries(params).map(([path]) => path)).toEqual(['1/kernel', '1/bias', '3/0/kernel', '3/0/bias'])
    const [first, last] = [
      {
        kernel: tensor2d([
          [1, -2],
          [3, 1],
        ]),
        bias: tensor1d([0, 1]),
      },
      { kernel: tensor2d([[2], [5]]), bias: tensor1d([-1]) },
    ]
    const y = network.apply(
      [{}, first, {}, [last, {}]] as never,
      tensor2d([
        [1, 1],
        [-1, 0],
      ]),
      sampling(),
    )
    // Hidden: (4, 0) and (-1, 3), of which -1 leaks to -.1.
    expectClose(y, [7, 13.8])
  })

  it('takes any activation', () => {
    const options = { shape: [2], dimensions: 3, hidden: [4] }
    const named = mlp.generator({ ...options, activation: 'leakyRelu' })
    const given = mlp.generator({ ...options, activation: leakyRelu(0.2) })
    const params = named.init(key(3))
    const x = ones([1, 3])
    expectClose(named.apply(params, x, sampling()), values(given.apply(params, x, sampling())))
  })

  it('keeps the size of what it makes through ten layers', () => {
    const network = mlp.generator({ shape: [50], dimensions: 100, hidden: Array(10).fill(100) })
    const y = values(network.apply(network.init(key(4)), ones([1, 100]), sampling()))
    const size = Math.sqrt(y.reduce((a, v) => a + v * v, 0) / y.length)
    expect(size).toBeGreaterThan(0.2)
    expect(size).toBeLessThan(5)
  })

  it('makes different rows of different classes', () => {
    const network = mlp.generator({ shape: [2], dimensions: 3, hidden: [8], classes: 3 })
    const params = network.init(key(5))
    const row = (label: number) =>
      values(network.apply(params, ones([1, 3]), sampling({}, { labels: tensor1d([label], 'int32') })))
    expect(row(0)).not.toEqual(row(2))
  })

  it('says which latents and rows it takes', () => {
    const g = mlp.generator({ shape: [28, 28, 1] })
    expect(() => g.apply(g.init(key(0)), zeros([16, 100]), sampling())).toThrow(
      "mlp.generator: expected input [n, 64], got [16,100]; set the generator's dimensions to 100 or draw latents of 64",
    )
    const d = mlp.critic({ shape: [28, 28, 1] })
    expect(() => d.apply(d.init(key(0)), zeros([16, 32, 32, 3]), sampling())).toThrow(
      "mlp.critic: expected input [n, 28, 28, 1], got [16,32,32,3]; set the critic's shape to [32,32,3]",
    )
    expect(() => mlp.critic({ shape: [] })).toThrow('expected shape to be that of a row of the data')
  })
})
