import { countParameters, entries, key, sampling } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { mul, setBackend, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectClose, values } from '../testing.fixture.ts'
import { activation } from './activations.ts'
import { dense } from './dense.ts'
import { residual } from './residual.ts'
import { spectralNorm } from './spectral-norm.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

describe('residual', () => {
  it('adds the input, or what the shortcut makes of it', () => {
    const x = tensor([[1, 2]])
    expectClose(residual(activation(t => mul(t, 10))).apply({ body: {} }, x, sampling()), [11, 22])
    const network = residual(dense(2, 3), dense(2, 3))
    const params = network.init(key(0))
    expect(entries(params).map(([path]) => path)).toEqual([
      'body/kernel',
      'body/bias',
      'shortcut/kernel',
      'shortcut/bias',
    ])
    expect(countParameters(params)).toBe(18)
    const { body, shortcut } = params as {
      [k in 'body' | 'shortcut']: ReturnType<ReturnType<typeof dense>['init']>
    }
    const [a, b] = [body, shortcut].map(p => values(dense(2, 3).apply(p, x, sampling())))
    expectClose(
      network.apply(params, x, sampling()),
      a!.map((v, i) => v + b![i]!),
    )
  })

  it('carries the memory of both', () => {
    const network = residual(spectralNorm(dense(2, 2)), spectralNorm(dense(2, 2)))
    expect(Object.keys(network.memory!(key(0)))).toEqual(['body/u', 'shortcut/u'])
  })

  it('refuses to add what differs', () => {
    const network = residual(dense(2, 3))
    expect(() => network.apply(network.init(key(0)), tensor([[1, 2]]), sampling())).toThrow(
      'the body gives [1,3] but the shortcut [1,2]',
    )
  })
})
