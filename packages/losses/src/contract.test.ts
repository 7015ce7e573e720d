import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { corePlugin, createRegistry, gradients, type Loss, mend } from '@equilibria/core'
import { setBackend, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { lossesPlugin } from './plugin.ts'
import { lossContract, regularizerContract } from './testing.ts'

const registry = createRegistry()
registry.use(corePlugin)
registry.use(lossesPlugin)

const D = (logit: number) => 1 / (1 + Math.exp(-logit))
const logD = (logit: number) => Math.log(D(logit))
const log1mD = (logit: number) => Math.log(1 - D(logit))

/** A loss as written in its paper, for one real and one fake row, in double precision; without the factor 1/2. */
interface Golden {
  critic(r: number, f: number): number
  generator(r: number, f: number): number
  /** dJ(G) / d fake logit. */
  slope(r: number, f: number): number
  /** J(D), J(G) where the critic says 0 of everything (D = 1/2). */
  atZero: readonly [critic: number, generator: number]
  zeroSum: boolean
}

const vanilla = (r: number, f: number) => -logD(r) - log1mD(f)

const goldens: Record<string, Golden> = {
  minimax: {
    critic: vanilla,
    generator: (_, f) => log1mD(f),
    slope: (_, f) => -D(f),
    atZero: [2 * Math.LN2, -Math.LN2],
    zeroSum: true,
  },
  nonSaturating: {
    critic: vanilla,
    generator: (_, f) => -logD(f),
    slope: (_, f) => -(1 - D(f)),
    atZero: [2 * Math.LN2, Math.LN2],
    zeroSum: false,
  },
  maximumLikelihood: {
    critic: vanilla,
    generator: (_, f) => -D(f) / (1 - D(f)),
    slope: (_, f) => -Math.exp(f),
    atZero: [2 * Math.LN2, -1],
    zeroSum: false,
  },
  leastSquares: {
    critic: (r, f) => (r - 1) ** 2 + f ** 2,
    generator: (_, f) => (f - 1) ** 2,
    slope: (_, f) => 2 * (f - 1),
    atZero: [1, 1],
    zeroSum: false,
  },
  hinge: {
    critic: (r, f) => Math.max(0, 1 - r) + Math.max(0, 1 + f),
    generator: (_, f) => -f,
    slope: () => -1,
    atZero: [2, 0],
    zeroSum: false,
  },
  wasserstein: {
    critic: (r, f) => f - r,
    generator: (_, f) => -f,
    slope: () => -1,
    atZero: [0, 0],
    zeroSum: true,
  },
  relativisticPairing: {
    critic: (r, f) => -logD(r - f),
    generator: (r, f) => -logD(f - r),
    slope: (r, f) => -D(r - f),
    atZero: [Math.LN2, Math.LN2],
    zeroSum: false,
  },
}

// Away from the kinks of hinge at ±1.
const pairs = [
  [0, 0],
  [2.5, -1.5],
  [-1.5, 2.5],
  [0.3, 4],
  [-6, -5],
] as const

const generator = (loss: Loss, r: number, f: number) => {
  const [real, fake] = [tensor1d([r]), tensor1d([f])]
  return gradients(() => loss.generator(fake, () => real), [fake])
}

const number = async (t: { data(): Promise<ArrayLike<number>> }) => (await t.data())[0]!

describe.each(['cpu', 'wasm'])('losses on %s', backend => {
  beforeAll(async () => {
    await setBackend(backend)
    mend()
  })

  it.each(registry.names('losses'))('%s is the formula of its paper', async name => {
    const golden = goldens[name]
    if (!golden) throw new Error(`no golden values for "${name}": add them to this table`)
    const loss = registry.make('losses', name)
    for (const [r, f] of pairs) {
      const where = `at real ${r}, fake ${f}`
      const critic = await number(loss.critic(tensor1d([r]), tensor1d([f])))
      const { value, grads } = generator(loss, r, f)
      expect(critic, `J(D) ${where}`).toBeCloseTo(golden.critic(r, f), 4)
      expect(await number(value), `J(G) ${where}`).toBeCloseTo(golden.generator(r, f), 4)
      expect(await number(grads[0]!), `dJ(G) ${where}`).toBeCloseTo(golden.slope(r, f), 4)
    }
    const zero = tensor1d([0, 0, 0])
    expect(await number(loss.critic(zero, zero))).toBeCloseTo(golden.atZero[0], 6)
    expect(await number(loss.generator(zero, () => zero))).toBeCloseTo(golden.atZero[1], 6)
    expect(loss.zeroSum ?? false).toBe(golden.zeroSum)
  })

  it.each(registry.names('losses'))('%s keeps the contract', async name => {
    expect(await lossContract(registry.make('losses', name))).toEqual([])
  })
})

// On wasm these need kernels that stock tfjs lacks.
describe('regularizers', () => {
  beforeAll(() => setBackend('cpu'))

  it.each([
    'r1',
    'r2',
    'gradientPenalty',
    { name: 'gradientPenalty', sided: 'one', target: 0.5 },
    { name: 'gradientPenalty', sided: 'zero', weight: 2 },
    { name: 'every', k: 4, term: 'r1' },
  ])('%j keeps the contract', async spec => {
    expect(await regularizerContract(registry.make('regularizers', spec))).toEqual([])
  })
})
