import '@tensorflow/tfjs-backend-cpu'
import {
  add,
  engine,
  leakyRelu,
  memory,
  mul,
  scalar,
  setBackend,
  sigmoid,
  sum,
  tanh,
  tensor1d,
  tidy,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { gradients, gradientsWithAux, hvp, jvp, vjp } from './index.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

const near = (actual: ArrayLike<number>, expected: number[], tolerance = 1e-5) => {
  expect(actual.length).toBe(expected.length)
  for (const [i, e] of expected.entries()) expect(Math.abs(actual[i]! - e)).toBeLessThan(tolerance)
}

describe('gradients', () => {
  it('gives value and gradients, zeros where no way leads, and to integers', () => {
    const x = tensor1d([1, 2])
    const y = tensor1d([3, 4])
    const k = tensor1d([1, 2], 'int32')
    const { value, grads } = gradients(() => sum(mul(x, mul(x, k))), [x, y, k, x])
    near(value.dataSync(), [9])
    near(grads[0]!.dataSync(), [2, 8])
    near(grads[1]!.dataSync(), [0, 0])
    near(grads[2]!.dataSync(), [0, 0])
    near(grads[3]!.dataSync(), [2, 8])
    expect(grads[3]).not.toBe(grads[0])
    expect(grads[2]!.dtype).toBe('float32')
    expect(gradients(() => sum(x), []).grads).toEqual([])
  })

  it('differentiates through saved outputs at second and third order', () => {
    const x = tensor1d([0.3, -1.2])
    const t = [0.3, -1.2].map(Math.tanh)
    const second = gradients(() => sum(gradients(() => sum(tanh(x)), [x]).grads[0]!), [x]).grads[0]!
    near(
      second.dataSync(),
      t.map(t => -2 * t * (1 - t * t)),
    )
    const third = gradients(
      () => sum(gradients(() => sum(gradients(() => sum(tanh(x)), [x]).grads[0]!), [x]).grads[0]!),
      [x],
    ).grads[0]!
    near(
      third.dataSync(),
      t.map(t => (1 - t * t) * (6 * t * t - 2)),
    )
  })

  it('refuses anything but a float scalar', () => {
    const x = tensor1d([1, 2])
    expect(() => gradients(() => mul(x, 2), [x])).toThrow(/float32 scalar.*\[2\].*mean/)
    expect(() => gradients(() => 3 as never, [x])).toThrow(/got number/)
  })

  it('leaks nothing, also where it throws', () => {
    const x = tensor1d([1, 2])
    const cost = () => sum(sigmoid(mul(x, x)))
    const { numTensors } = memory()
    tidy(() => void gradients(cost, [x]))
    tidy(() => void hvp(cost, [x], [x]))
    expect(() => tidy(() => void gradients(() => sigmoid(mul(x, x)), [x]))).toThrow()
    expect(() =>
      tidy(
        () =>
          void gradients(() => {
            cost()
            throw new Error('mine')
          }, [x]),
      ),
    ).toThrow('mine')
    expect(memory().numTensors).toBe(numTensors)
    expect(engine().state.gradientDepth).toBe(0)
  })
})

describe('gradientsWithAux', () => {
  it('keeps what the function hands out in the scope of the caller', () => {
    const x = tensor1d([1, 2])
    const { numTensors } = memory()
    tidy(() => {
      const { aux, grads } = gradientsWithAux(() => {
        const y = mul(x, x)
        return { value: sum(y), aux: { y, list: [add(y, 1)], outside: x } }
      }, [x])
      near(aux.y.dataSync(), [1, 4])
      near(aux.list[0]!.dataSync(), [2, 5])
      near(grads[0]!.dataSync(), [2, 4])
    })
    expect(x.isDisposed).toBe(false)
    expect(memory().numTensors).toBe(numTensors)
  })

  it('leaves nothing behind where the backward pass throws, scope or none', () => {
    const x = tensor1d([1, -2])
    const { numTensors } = memory()
    const refused = () => {
      const y = leakyRelu(x, -1)
      return { value: sum(y), aux: { y, z: [mul(y, y)] } }
    }
    expect(() => gradientsWithAux(refused, [x])).toThrow(/alpha/)
    expect(memory().numTensors).toBe(numTensors)
  })

  it('passes aux through a derivative of a derivative', () => {
    const x = tensor1d([1, 2])
    const { aux, grads } = gradientsWithAux(() => {
      const first = gradientsWithAux(() => ({ value: sum(mul(x, mul(x, x))), aux: add(x, 1) }), [x])
      return { value: sum(first.grads[0]!), aux: first.aux }
    }, [x])
    near(aux.dataSync(), [2, 3])
    near(grads[0]!.dataSync(), [6, 12])
  })
})

describe('products', () => {
  const x = () => tensor1d([1, 2])
  const y = () => tensor1d([3, 5])

  it('vjp and jvp are transposes of each other', () => {
    const a = x()
    const f = () => mul(mul(a, a), scalar(0.5))
    near(vjp(f, [a], tensor1d([10, 100])).grads[0]!.dataSync(), [10, 200])
    const { value, tangent } = jvp(f, [a], [tensor1d([10, 100])])
    near(value.dataSync(), [0.5, 2])
    near(tangent.dataSync(), [10, 200])
    expect(() => vjp(f, [a], scalar(1))).toThrow(/cotangent/)
  })

  it('hvp gives mixed derivatives', () => {
    const [a, b] = [x(), y()]
    const { value, grads, products } = hvp(
      () => sum(mul(mul(a, a), b)),
      [a, b],
      [tensor1d([1, 1]), tensor1d([0, 0])],
    )
    near(value.dataSync(), [23])
    near(grads[0]!.dataSync(), [6, 20])
    near(products[0]!.dataSync(), [6, 10])
    near(products[1]!.dataSync(), [2, 4])
  })
})
