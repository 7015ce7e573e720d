import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { setBackend, type Tensor, tensor, tensor1d, tensor2d, zerosLike } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { corePlugin, createRegistry } from '../index.ts'
import { mapTree, type Params } from '../tree.ts'
import { maxNorm } from './max-norm.ts'
import { apart, reference, trajectory } from './quadratic.fixture.ts'
import { sgd } from './sgd.ts'
import { weightClipping } from './weight-clipping.ts'

const rest = (params: Params) => mapTree((p: Tensor) => zerosLike(p), params)
const values = async (t: unknown) => [...(await (t as Tensor).data())]

describe.each(['cpu', 'wasm'])('projections on %s', backend => {
  beforeAll(() => setBackend(backend))

  it('weightClipping is projected gradient descent on a box', async () => {
    const expected = reference((p, g) => {
      for (const i of p.keys()) p[i] = Math.min(1.2, Math.max(-1.2, p[i]! - 0.2 * g[i]!))
    })
    expect(apart(await trajectory(weightClipping(1.2, sgd(0.2))), expected)).toBeLessThan(1e-5)
    expect(expected.flat().filter(p => Math.abs(p) === 1.2).length).toBeGreaterThan(10)
  })

  it('maxNorm scales down the weights into a unit that has too many, and nothing else', async () => {
    const params = {
      kernel: tensor2d([3, 0.1, 4, 0.2], [2, 2]),
      bias: tensor1d([100, -100]),
    }
    const optimizer = maxNorm(2.5, sgd(1))
    const [moved] = optimizer.update(rest(params), optimizer.init(params), params)
    const { kernel, bias } = moved as typeof params
    const expected = [1.5, 0.1, 2, 0.2]
    for (const [i, w] of (await values(kernel)).entries()) expect(w).toBeCloseTo(expected[i]!, 6)
    expect(await values(bias)).toEqual([100, -100])
  })

  it('maxNorm takes the windows of a convolution as the weights into a channel', async () => {
    const params = { kernel: tensor([1, 2, 2, 0, 4, 0, 0, 3], [2, 1, 2, 2]) }
    const optimizer = maxNorm(2, sgd(1))
    const [moved] = optimizer.update(rest(params), optimizer.init(params), params)
    // Channel 0: (1, 2, 4, 0), of norm sqrt(21); channel 1: (2, 0, 0, 3), of norm sqrt(13).
    const [a, b] = [2 / Math.sqrt(21), 2 / Math.sqrt(13)]
    const expected = [a, 2 * b, 2 * a, 0, 4 * a, 0, 0, 3 * b]
    for (const [i, w] of (await values((moved as typeof params).kernel)).entries())
      expect(w).toBeCloseTo(expected[i]!, 6)
  })

  it('leave the inner optimizer its state, and a limit never reached changes nothing, to the last bit', async () => {
    const inner = sgd(0.1, { momentum: 0.9 })
    const plain = await trajectory(inner)
    expect(await trajectory(weightClipping(1e6, inner))).toEqual(plain)
    expect(await trajectory(maxNorm(1e6, inner))).toEqual(plain)
    expect(await trajectory(weightClipping(1.2, inner), 20, true)).toEqual(
      await trajectory(weightClipping(1.2, inner)),
    )
  })
})

it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuse the limit %s', limit => {
  expect(() => weightClipping(limit, sgd(0.1))).toThrow(`the limit must be a number > 0, got ${limit}`)
  expect(() => maxNorm(limit, sgd(0.1))).toThrow(`the limit must be a number > 0, got ${limit}`)
})

it('are known by name', () => {
  const registry = createRegistry()
  registry.use(corePlugin)
  const inner = { name: 'sgd', rate: 1 }
  for (const name of ['weightClipping', 'maxNorm'])
    expect(registry.make('optimizers', { name, limit: 1, optimizer: inner }).update).toBeTypeOf('function')
})
