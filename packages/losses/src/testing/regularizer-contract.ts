import { clockAt, costedBy, key, mend, normal, type Regularizer, type Scene } from '@equilibria/core'
import {
  add,
  conv2d,
  matMul,
  reshape,
  softplus,
  type Tensor,
  type Tensor4D,
  tanh,
  tidy,
  zerosLike,
} from '@tensorflow/tfjs-core'
import { type Cost, checkGradient, evaluate, type Failure } from './finite-differences.ts'

interface Critic {
  readonly name: string
  readonly weights: readonly (readonly number[])[]
  apply(weights: readonly Tensor[], x: Tensor): Tensor
}

const rows = 2
const shape = [rows, 3, 3, 2]

// Smooth, so that finite differences hold everywhere; one with and one without convolution.
const critics: readonly Critic[] = [
  {
    name: 'dense, tanh',
    weights: [[18, 5], [5], [5, 1]],
    apply: ([kernel, bias, out], x) =>
      reshape(matMul(tanh(add(matMul(reshape(x, [rows, 18]), kernel!), bias!)), out!), [rows]),
  },
  {
    name: 'conv, softplus',
    weights: [[2, 2, 2, 3], [3], [12, 1]],
    apply: ([kernel, bias, out], x) => {
      const hidden = softplus(add(conv2d(x as Tensor4D, kernel as Tensor4D, 1, 'valid'), bias!))
      return reshape(matMul(reshape(hidden, [rows, 12]), out!), [rows])
    },
  },
]

/**
 * Checks a regularizer: it gives a float32 scalar; it and its gradients are finite for a critic that is constant; its gradients in the
 * critic's parameters, in real and in generated rows (no player is detached) agree with finite differences, for a dense and
 * a convolutional critic on rows of shape [3, 3, 2].
 * Runs on the backend that is set. Resolves to what failed, in words: an empty list if nothing did.
 */
export async function regularizerContract(regularizer: Regularizer): Promise<Failure[]> {
  mend()
  const failures: Failure[] = []
  for (const { name, weights, apply } of critics) {
    const parameters = weights.map((s, i) => normal([7, i], s, 0, 0.6))
    const [real, fake] = [normal([1, 1], shape), normal([1, 2], shape)]
    const cost: Cost = ([r, f, ...w]) => {
      const critic = (x: Tensor) => apply(w, x)
      const scene: Scene = {
        critic,
        real: r!,
        fake: f!,
        onReal: () => critic(r!),
        onFake: () => critic(f!),
        own: w,
        key: key(0),
        clock: clockAt(0),
      }
      return costedBy(regularizer, scene).cost
    }
    const value = tidy(() => cost([real, fake, ...parameters]))
    if (value.rank !== 0 || value.dtype !== 'float32')
      failures.push(`${name}: expected a float32 scalar, got ${value.dtype} [${value.shape}]`)
    else {
      const names = ['real', 'fake', ...weights.map((_, i) => `critic's parameter ${i} `)]
      failures.push(...(await checkGradient(name, cost, [real, fake, ...parameters], { names })))
      failures.push(...(await finiteAtZero(name, cost, [real, fake, ...parameters.map(p => zerosLike(p))])))
    }
    for (const t of [value, real, fake, ...parameters]) t.dispose()
  }
  return failures
}

async function finiteAtZero(name: string, cost: Cost, xs: readonly Tensor[]): Promise<Failure[]> {
  const { value, grads } = await evaluate(cost, xs)
  for (const x of xs.slice(2)) x.dispose()
  return Number.isFinite(value) && grads.flat().every(Number.isFinite)
    ? []
    : [
        `${name}, all parameters 0: the value is ${value}, gradients ${grads.flat().find(g => !Number.isFinite(g)) ?? 'finite'}; keep norms differentiable at 0`,
      ]
}
