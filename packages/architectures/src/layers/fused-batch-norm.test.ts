import { fusedKernels, gradients, hvp } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import {
  add,
  engine,
  mean,
  mul,
  registerKernel,
  reshape,
  rsqrt,
  setBackend,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  tidy,
  unregisterKernel,
} from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { expectClose, scattered, training, values } from '../testing.fixture.ts'
import { batchNorm } from './batch-norm.ts'
import { moments } from './moments.ts'

// The kernels as some backend might have them, written over the cpu backend for as long as a test runs.

const kernels = [fusedKernels.batchNorm, fusedKernels.batchNormGrad]
let calls: string[] = []

function register(): void {
  const kernel = (kernelName: string, f: (inputs: Record<string, Tensor>, epsilon: number) => Tensor[]) =>
    registerKernel({
      kernelName,
      backendName: 'cpu',
      kernelFunc: ({ inputs, attrs }) => {
        calls.push(kernelName)
        return tidy(() => f(inputs as Record<string, Tensor>, attrs!.epsilon as number))
      },
    })
  kernel(fusedKernels.batchNorm, ({ x, gain, bias }, epsilon) => {
    const { mean: average, variance, centred } = moments(x!, 0)
    const [m, c] = x!.shape as [number, number]
    const y = add(mul(mul(centred, rsqrt(add(variance, epsilon))), gain!), bias!)
    const flat = reshape(variance, [c])
    return [y, reshape(average, [c]), flat, mul(flat, m / (m - 1))]
  })
  kernel(fusedKernels.batchNormGrad, ({ dy, x, gain, mean: at, variance }, epsilon) => {
    const scale = rsqrt(add(variance!, epsilon))
    const unit = mul(sub(x!, at!), scale)
    const along = mean(mul(dy!, unit), 0)
    const dx = mul(mul(sub(sub(dy!, mean(dy!, 0)), mul(unit, along)), gain!), scale)
    return [dx, sum(mul(dy!, unit), 0), sum(dy!, 0)]
  })
}

beforeAll(async () => {
  await setBackend('cpu')
})
afterEach(() => {
  for (const name of kernels) if (calls.length > 0) unregisterKernel(name, 'cpu')
  calls = []
})

const layer = batchNorm(3, { epsilon: 0.1 })
const x = tensor(scattered(4 * 2 * 2 * 3), [4, 2, 2, 3])
const params = { gain: tensor([2, -1, 0.5]), bias: tensor([0, 3, -2]) }
const weights = tensor(scattered(4 * 2 * 2 * 3, 7), [4, 2, 2, 3])
const all = [x, params.gain, params.bias]

/** Everything there is to compare: output, what was told, gradients, and derivatives of gradients. */
function found(): number[][] {
  const context = training()
  const y = layer.apply(params, x, context)
  const cost = () => sum(mul(weights, square(layer.apply(params, x, training()))))
  const { value, grads } = gradients(cost, all)
  const vectors = all.map(t => tensor(scattered(t.size, 3), t.shape))
  const second = hvp(cost, all, vectors)
  const told = [context.told.mean!, context.told.variance!]
  return [y, ...told, value, ...grads, ...second.grads, ...second.products].map(values)
}

it('is what is composed where a backend has no kernels: values, moments, gradients and their gradients', () => {
  const composed = found()
  register()
  const fused = found()
  expect(new Set(calls)).toEqual(new Set(kernels))
  fused.forEach((numbers, i) => {
    expectClose(numbers, composed[i]!, 1e-4)
  })
})

it('leaves nothing behind', () => {
  register()
  const before = engine().memory().numTensors
  tidy(() => {
    gradients(() => sum(add(layer.apply(params, x, training()), 1)), all)
  })
  expect(engine().memory().numTensors).toBe(before)
})
