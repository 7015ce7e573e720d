import { sampling } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { neg, setBackend, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectClose } from '../testing.fixture.ts'
import { activation, activationOf, leakyRelu } from './activations.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

const xs = [-30, -2, -0.5, 0, 0.5, 2, 30]

describe('activations', () => {
  it.each([
    ['identity', (x: number) => x],
    ['relu', (x: number) => Math.max(0, x)],
    ['leakyRelu', (x: number) => (x > 0 ? x : 0.2 * x)],
    ['elu', (x: number) => (x > 0 ? x : Math.expm1(x))],
    ['softplus', (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))],
    ['swish', (x: number) => x / (1 + Math.exp(-x))],
    ['sigmoid', (x: number) => 1 / (1 + Math.exp(-x))],
    ['tanh', Math.tanh],
  ] as const)('%s is its formula', (name, formula) => {
    expectClose(activationOf(name).apply({}, tensor(xs), sampling()), xs.map(formula), 1e-6)
  })

  it('takes any slope and any function', () => {
    expectClose(leakyRelu(0.01).apply({}, tensor([-3, 3]), sampling()), [-0.03, 3])
    expectClose(activationOf(activation(neg)).apply({}, tensor([-3, 3]), sampling()), [3, -3])
  })

  it('names the known', () => {
    expect(() => activationOf('leakyRelo' as never)).toThrow(
      /did you mean "leakyRelu"\? known: identity, relu/,
    )
  })
})
