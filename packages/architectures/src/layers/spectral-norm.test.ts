import { registerWasmKernels } from '@equilibria/backends'
import { type Context, gradients, key, type Memory, sampling } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import {
  div,
  eye,
  matMul,
  mul,
  reshape,
  setBackend,
  square,
  sum,
  type Tensor,
  tensor,
  transpose,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { orthogonal } from '../initializers.ts'
import { expectClose, scattered, training, values } from '../testing.fixture.ts'
import { joint } from '../wrappers/joint.ts'
import { activation, leakyRelu, relu } from './activations.ts'
import { conv2d } from './conv2d.ts'
import { conv2dTranspose } from './conv2d-transpose.ts'
import { dense } from './dense.ts'
import { dropout } from './dropout.ts'
import { flatten, reshape as rows } from './reshape.ts'
import { residual } from './residual.ts'
import { sequential } from './sequential.ts'
import { spectralNorm } from './spectral-norm.ts'

beforeAll(async () => {
  registerWasmKernels()
  await setBackend('cpu')
})

/** A 4x3 matrix of known singular values. */
const known = (...singular: number[]): Tensor => {
  const left = orthogonal()(key(1), [4, 3])
  const right = orthogonal()(key(2), [3, 3])
  return matMul(mul(left, tensor(singular)), right)
}

/** Applies the layer in training `times` times, each time with what the last one told. */
function settle(layer: { apply: (context: Context) => Tensor }, memory: Memory, times: number): Memory {
  let carried = memory
  for (let i = 0; i < times; i++) {
    const context = training({ memory: carried })
    layer.apply(context)
    carried = context.told
  }
  return carried
}

describe('spectralNorm', () => {
  it('divides by the largest singular value once its vector has settled', () => {
    const layer = spectralNorm(dense(4, 3, { bias: false }))
    const params = { kernel: known(5, 2, 0.5) }
    const unit = eye(4)
    const memory = settle({ apply: c => layer.apply(params, unit, c) }, layer.memory!(key(3)), 20)
    const y = layer.apply(params, unit, sampling(memory))
    expectClose(
      y,
      values(params.kernel).map(v => v / 5),
    )
    // u is the right singular vector: |W u| = sigma.
    expectClose(sum(square(matMul(params.kernel, reshape(memory.u!, [3, 1])))), [25], 1e-4)
  })

  it('does one step of power iteration an application in training, none in sampling', () => {
    const layer = spectralNorm(dense(4, 3, { bias: false }))
    const params = { kernel: known(3, 2, 1) }
    const memory = layer.memory!(key(4))
    expectClose(sum(square(memory.u!)), [1])
    const w = values(params.kernel)
    const u0 = values(memory.u!)
    const normalised = (xs: number[]) => xs.map(x => x / Math.hypot(...xs))
    const v = normalised([0, 1, 2, 3].map(i => u0.reduce((s, u, j) => s + w[i * 3 + j]! * u, 0)))
    const back = [0, 1, 2].map(j => v.reduce((s, x, i) => s + w[i * 3 + j]! * x, 0))
    const context = training({ memory })
    const trained = layer.apply(params, eye(4), context)
    expectClose(context.told.u!, normalised(back))
    expectClose(
      trained,
      w.map(x => x / Math.hypot(...back)),
    )
    const sampled = training({ memory, mode: 'sample' })
    const sigma = back.reduce((s, x, j) => s + x * u0[j]!, 0)
    expectClose(
      layer.apply(params, eye(4), sampled),
      w.map(x => x / sigma),
    )
    expect(sampled.told).toEqual({})
  })

  it('takes a convolution’s kernel as a matrix of windows', () => {
    const layer = spectralNorm(conv2d(2, 3, { size: 1, bias: false }))
    const matrix = tensor([
      [3, 0, 0],
      [0, 4, 0],
    ])
    const params = { kernel: reshape(matrix, [1, 1, 2, 3]) }
    const x = tensor([1, 1], [1, 1, 1, 2])
    const memory = settle({ apply: c => layer.apply(params, x, c) }, layer.memory!(key(5)), 60)
    expectClose(layer.apply(params, x, sampling(memory)), [0.75, 1, 0], 1e-4)
  })

  it('takes another axis for the output', () => {
    const layer = spectralNorm(conv2dTranspose(3, 2, { size: 1, stride: 1, bias: false }), { axis: 2 })
    const matrix = tensor([
      [3, 0, 0],
      [0, 4, 0],
    ])
    const params = { kernel: reshape(matrix, [1, 1, 2, 3]) }
    expect(layer.memory!(key(5)).u!.shape).toEqual([2])
    const x = tensor([1, 1, 1], [1, 1, 1, 3])
    const memory = settle({ apply: c => layer.apply(params, x, c) }, layer.memory!(key(5)), 60)
    expectClose(layer.apply(params, x, sampling(memory)), [0.75, 1], 1e-4)
  })

  it('keeps the layer’s bias and own memory, and says when there is no vector', () => {
    const layer = spectralNorm(dense(2, 2))
    const params = { kernel: eye(2), bias: tensor([3, 4]) }
    const y = layer.apply(params, tensor([[1, 0]]), training({ memory: { u: tensor([1, 0]) } }))
    expectClose(y, [4, 4])
    expect(() => layer.apply(params, tensor([[1, 0]]), sampling())).toThrow('memory has no vector u')
  })
})

describe('spectralNorm of a network', () => {
  it('is that of each of its layers: the same memory, the same outputs', () => {
    const layers = () => [dense(4, 5), dense(5, 3)] as const
    const whole = spectralNorm(sequential([...layers()]))
    const apart = sequential(layers().map(layer => spectralNorm(layer)))
    const [memory, expected] = [whole.memory!(key(7)), apart.memory!(key(7))]
    expect(Object.keys(memory)).toEqual(['0/u', '1/u'])
    for (const [path, u] of Object.entries(expected)) expectClose(memory[path]!, values(u))
    const params = whole.init(key(8))
    const x = tensor(scattered(8), [2, 4])
    const [one, other] = [training({ memory }), training({ memory })]
    expectClose(whole.apply(params, x, one), values(apart.apply(params, x, other)))
    for (const [path, u] of Object.entries(other.told)) expectClose(one.told[path]!, values(u))
    expectClose(
      whole.features!(params, x, training({ memory }))[0]!,
      values(apart.features!(params, x, training({ memory }))[0]!),
    )
  })

  it('says that the slope is bounded, and when there is no kernel', () => {
    expect(spectralNorm(dense(2, 2)).lipschitz).toBe(true)
    expect(() => spectralNorm(sequential([])).init(key(0))).toThrow(
      'spectralNorm: the network has no parameter named "kernel"',
    )
  })

  it('bounds a network of which it bounds every layer, and says so of no other', () => {
    const bounded = () => spectralNorm(dense(2, 2))
    const trunk = sequential([bounded(), leakyRelu(), dropout(0.5), residual(bounded()), flatten()])
    expect(trunk.lipschitz).toBe(true)
    expect(
      joint({ shape: [2], dimensions: 1, trunk, head: sequential([bounded(), rows([2])]) }).lipschitz,
    ).toBe(true)
    expect(sequential([bounded(), relu(), dense(2, 1)]).lipschitz).toBeUndefined()
    expect(residual(bounded(), dense(2, 2)).lipschitz).toBeUndefined()
    expect(joint({ shape: [2], dimensions: 1, trunk, head: dense(3, 1) }).lipschitz).toBeUndefined()
    expect(sequential([activation(square), bounded()]).lipschitz).toBeUndefined()
    expect(sequential([]).lipschitz).toBeUndefined()
  })
})

describe.each(['cpu', 'wasm'])('gradients of spectralNorm on %s', backend => {
  it('are those of W / (v W u) with u and v held fixed, to second order', async () => {
    await setBackend(backend)
    const layer = spectralNorm(dense(4, 3, { bias: false }))
    const memory = { u: tensor([0.6, 0, 0.8]) }
    const kernel = tensor(scattered(12), [4, 3])
    const x = tensor(scattered(8, 3), [2, 4])
    const context = training({ memory })
    layer.apply({ kernel }, x, context)
    const u1 = tensor(values(context.told.u!), [3, 1])
    const wu = matMul(kernel, reshape(memory.u, [3, 1]))
    const v = tensor(
      values(wu).map(a => a / Math.hypot(...values(wu))),
      [4, 1],
    )
    const fixed = (w: Tensor) => {
      const sigma = sum(matMul(transpose(v), matMul(w, u1)))
      return matMul(x, div(w, sigma))
    }
    const penalised = (f: (w: Tensor) => Tensor) =>
      gradients(() => {
        const { grads } = gradients(() => sum(square(f(kernel))), [kernel])
        return sum(square(grads[0]!))
      }, [kernel])
    const found = penalised(w => layer.apply({ kernel: w }, x, training({ memory })))
    const expected = penalised(fixed)
    expectClose(found.value, values(expected.value), 1e-4)
    expectClose(found.grads[0]!, values(expected.grads[0]!), 1e-4)
    await setBackend('cpu')
  })
})
