import '@tensorflow/tfjs-backend-cpu'
import { FLOAT64, registerFloat64, tensor64 } from '@equilibria/core/testing'
import { setBackend, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type DivergenceName, fGan } from './f-gan.ts'
import { alphaDivergence, type FDivergence, fDivergences } from './goldens.fixture.ts'
import { minimax } from './minimax.ts'

beforeAll(() => {
  registerFloat64()
  return setBackend(FLOAT64)
})

const p = [1, 3, 6]
const q = [5, 3, 2]
const rows = (counts: number[], said: number[]) =>
  tensor64(
    counts.flatMap((count, i) => Array<number>(count).fill(said[i]!)),
    [10],
  )
const cost = async (options: Parameters<typeof fGan>[0], said: number[]) =>
  (await fGan(options).critic(rows(p, said), rows(q, said)).data())[0]!

const cases: [DivergenceName, number | undefined, FDivergence][] = [
  ...Object.entries(fDivergences).map(
    ([name, f]) => [name as DivergenceName, undefined, f] as [DivergenceName, undefined, FDivergence],
  ),
  ...[-1, 0.5, 3].map(a => ['alpha', a, alphaDivergence(a)] as [DivergenceName, number, FDivergence]),
]

describe.each(cases)('%s %s', (divergence, alpha, f) => {
  const options = { divergence, ...(alpha === undefined ? {} : { alpha }) }
  const { optimal } = fGan(options)
  // tanh has reached its bound in double precision.
  const best = p.map((count, i) => Math.min(50, Math.max(-50, optimal!(count / 10, q[i]! / 10))))

  it('has a best critic that measures the divergence exactly', async () => {
    const exact = q.reduce((sum, count, i) => sum + (count / 10) * f.f(p[i]! / count), 0)
    // Constants in an operation are float32 even here.
    expect(-(await cost(options, best))).toBeCloseTo(exact, 7)
  })

  it('has its best critic where the activation meets the derivative of f', () => {
    for (const [i, count] of q.entries())
      expect(f.activation(best[i]!)).toBeCloseTo(f.derivative(p[i]! / count), 12)
  })

  it('measures less with any other critic', async () => {
    const least = await cost(options, best)
    for (const shift of [-0.3, 0.2])
      for (let i = 0; i < 3; i++)
        expect(await cost(options, best.with(i, best[i]! + shift))).toBeGreaterThanOrEqual(least)
  })
})

describe('fGan', () => {
  it('of the divergence gan is minimax', async () => {
    const said = [0.3, -1.2, 2]
    const [real, fake] = [rows(p, said), rows(q, said)]
    for (const who of ['critic', 'generator'] as const) {
      const of = (loss: ReturnType<typeof fGan>) =>
        who === 'critic' ? loss.critic(real, fake) : loss.generator(fake, () => real)
      expect((await of(fGan({ divergence: 'gan' })).data())[0]).toBeCloseTo(
        (await of(minimax()).data())[0]!,
        12,
      )
    }
  })

  it('at alpha 2 is half of pearson, at .5 twice the squared Hellinger distance', () => {
    for (const u of [0.2, 1, 3.7]) {
      expect(alphaDivergence(2).f(u)).toBeCloseTo(fDivergences.pearson!.f(u) / 2, 12)
      expect(alphaDivergence(0.5).f(u)).toBeCloseTo(2 * fDivergences.squaredHellinger!.f(u), 12)
    }
  })

  it('overflows beyond the range that it declares, not within', async () => {
    await setBackend('cpu')
    const { range, generator } = fGan({ divergence: 'kl' })
    const at = async (logit: number) => {
      const fake = tensor1d([logit])
      return (await generator(fake, () => fake).data())[0]!
    }
    expect(Number.isFinite(await at(range![1]))).toBe(true)
    expect(Number.isFinite(await at(range![1] + 10))).toBe(false)
    await setBackend(FLOAT64)
  })

  it.each([
    [{ divergence: 'jeffrey' }, /^fGan: divergence must be one of kl, reverseKl, .*alpha, got "jeffrey"/],
    [
      { divergence: 'alpha', alpha: 1 },
      /alpha must be a finite number other than 0 and 1, got 1; .* at 1 it is kl/,
    ],
    [{ divergence: 'alpha', alpha: 0 }, /got 0; at 0 the divergence is reverseKl/],
    [{ generator: 'minimax' }, /generator must be saddle or alternative, got "minimax"/],
  ])('refuses %j', (options, message) => {
    expect(() => fGan(options as never)).toThrow(message)
  })
})
