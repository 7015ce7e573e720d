import '@tensorflow/tfjs-backend-cpu'
import {
  adam,
  alternating,
  corePlugin,
  createRegistry,
  fold,
  gan,
  gaussianLatent,
  key,
  type Loss,
  makeStep,
  type Network,
  normal,
  type Outputs,
  release,
  tensorsOf,
} from '@equilibria/core'
import {
  abs,
  add,
  fill,
  matMul,
  mean,
  setBackend,
  squeeze,
  sub,
  type Tensor,
  tanh,
  zeros,
} from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { lossesPlugin } from './plugin.ts'
import { r1 } from './regularizers/r1.ts'

beforeAll(() => setBackend('cpu'))

const registry = createRegistry()
registry.use(corePlugin)
registry.use(lossesPlugin)

/** Data around 2; the generator adds a number to noise around 0, and is to find that number. */
const goal = 2
const shift: Network = { init: () => fill([1], 0), apply: (theta, z) => add(z, theta as Tensor) }

interface Weights {
  readonly first: Tensor
  readonly bias: Tensor
  readonly last: Tensor
  readonly [k: string]: Tensor
}
const hidden = (outputs: number): Network<Tensor, Tensor, Weights> => ({
  init: k => ({
    first: normal(fold(k, 'first'), [1, 8]),
    bias: normal(fold(k, 'bias'), [8]),
    last: normal(fold(k, 'last'), [8, outputs], 0, 0.3),
  }),
  apply: ({ first, bias, last }, x) =>
    matMul(tanh(add(matMul(x as never, first as never), bias)) as never, last as never),
})
// An autoencoder whose bottleneck is empty: all rows become one point. A wide one would give back any row of one number.
const point: Network = {
  init: () => fill([1], 0.5),
  apply: (c, x) => mean(abs(sub(x, c as Tensor)), 1),
  outputs: 'energies',
}

const critics: { readonly [K in Outputs]: Network } = {
  logits: { ...hidden(1), apply: (w, x, context) => squeeze(hidden(1).apply(w as Weights, x, context), [1]) },
  vectors: hidden(3) as Network,
  energies: point,
}

const found = async (loss: Loss, steps: number) => {
  const game = gan({
    generator: shift,
    critic: critics[loss.outputs ?? 'logits'],
    latent: gaussianLatent(1),
    loss,
    criticTerms: { r1: r1(0.2) },
  })
  const optimizer = adam(0.05, { beta1: 0.5 })
  const step = makeStep({ game, dynamics: alternating({ critic: 2 }), optimizer })
  let state = step.init(4)
  for (let i = 0; i < steps; i++) {
    const batches = [0, 1].map(d => ({ data: normal(fold(key(i), d), [16, 1], goal, 1) }))
    const next = step.next(state, batches)
    release([tensorsOf(state), batches.map(b => b.data)], tensorsOf(next))
    state = next
  }
  const [theta] = await (state.params.generator as Tensor).data()
  release(tensorsOf(state), zeros([0]))
  return theta!
}

// The balance of BEGAN would take thousands of steps at its usual rate.
const specs = [
  ...registry.names('losses').map(name => (name === 'began' ? { name, rate: 0.1 } : name)),
  ...['kl', 'reverseKl', 'pearson', 'squaredHellinger', 'totalVariation', 'alpha'].map(divergence => ({
    name: 'fGan',
    divergence,
  })),
]

it.each(specs)('%j teaches a generator where the data are', async spec => {
  const theta = await found(registry.make('losses', spec), 45)
  expect(Math.abs(theta - goal)).toBeLessThan(goal / 2)
})
