import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import {
  fill,
  registerKernel,
  setBackend,
  sum,
  type Tensor,
  tanh,
  tensor,
  unregisterKernel,
} from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { fused, fusedKernels } from './fused.ts'
import { gradients } from './index.ts'

let calls = 0

// Not the derivative at all, so that it shows who was asked.
beforeAll(() =>
  registerKernel({
    kernelName: fusedKernels.tanhGrad,
    backendName: 'cpu',
    kernelFunc: ({ inputs }) => {
      calls++
      return fill(inputs.dy!.shape, 7)
    },
  }),
)
beforeEach(async () => {
  await setBackend('cpu')
  calls = 0
})
afterAll(() => unregisterKernel(fusedKernels.tanhGrad, 'cpu'))

const slope = (f: (x: Tensor) => Tensor, x: Tensor) => gradients(() => sum(f(x)), [x]).grads[0]!
const half = () => tensor([0.5])
const value = async (t: Tensor) => (await t.data())[0]!

it('asks a backend that has the kernel', async () => {
  expect(await value(slope(tanh, half()))).toBe(7)
  expect(calls).toBe(1)
})

it('composes on a backend that has none', async () => {
  await setBackend('wasm')
  expect(await value(slope(tanh, half()))).toBeCloseTo(1 - Math.tanh(0.5) ** 2, 6)
  const x = tensor([3])
  expect(fused(fusedKernels.tanhGrad, { dy: x, y: x }, {}, () => x)).toBe(x)
})

it('composes what is recorded: of a gradient of a gradient only the last pass is fused', async () => {
  slope(x => slope(tanh, x), half())
  expect(calls).toBe(1)
})
