import '@tensorflow/tfjs-backend-cpu'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { adam } from '../optimizers/adam.ts'
import { sgd } from '../optimizers/sgd.ts'
import { makeStep } from '../step.ts'
import { extragradient } from './extragradient.ts'
import { apart, linearPath, minimaxDirac, path, recorded, xy } from './games.fixture.ts'

beforeAll(() => setBackend('cpu'))

describe('extragradient', () => {
  it.each([0.05, 0.3, 0.7])(
    'on xy multiplies the radius by sqrt(1 - lr^2 + lr^4) a step, lr %s',
    async lr => {
      const steps = 60
      const points = await path({ game: xy(), dynamics: extragradient(), optimizer: sgd(lr) }, steps)
      const factor = Math.sqrt(1 - lr ** 2 + lr ** 4)
      expect(factor).toBeLessThan(1)
      for (const [i, point] of points.entries())
        expect(Math.hypot(...point) / (5 * factor ** i), `step ${i}`).toBeCloseTo(1, 4)
      // I + lr A + lr^2 A^2 with A = [[0, -1], [1, 0]].
      const exact = linearPath(
        [
          [1 - lr ** 2, -lr],
          [lr, 1 - lr ** 2],
        ],
        [3, 4],
        steps,
      )
      expect(apart(points, exact)).toBeLessThan(1e-5)
    },
  )

  it('finds the equilibrium of the Dirac-GAN, where plain play does not', async () => {
    const points = await path({ game: minimaxDirac(), dynamics: extragradient(), optimizer: sgd(1) }, 80)
    expect(Math.hypot(...points.at(-1)!)).toBeLessThan(1e-3)
  })

  it('near the equilibrium of the Dirac-GAN multiplies the radius as on xy at half the rate', async () => {
    const points = await path(
      { game: minimaxDirac([1e-3, 0]), dynamics: extragradient(), optimizer: sgd(0.8) },
      10,
    )
    const factor = Math.sqrt(1 - 0.4 ** 2 + 0.4 ** 4)
    expect(Math.hypot(...points[10]!) / (1e-3 * factor ** 10)).toBeCloseTo(1, 4)
  })

  it('looks ahead with the same sub-batch and noise, and keeps the look-ahead point out of the state', async () => {
    const { game, seen } = recorded()
    const step = makeStep({ game, dynamics: extragradient(), optimizer: sgd(1) })
    expect(step.draws).toBe(1)
    const state = step.next(step.init(5), ['a'])
    expect(seen.map(({ who, critic, generator }) => [who, critic, generator])).toEqual([
      ['critic', 0, 0],
      ['generator', 0, 0],
      ['critic', 1, 1],
      ['generator', 1, 1],
    ])
    expect(new Set(seen.map(s => `${s.batch} ${s.key}`)).size).toBe(1)
    expect((await state.params.critic.data())[0]).toBe(1)
  })

  it('with Adam updates the moments once a step, with the gradients of the look-ahead point', async () => {
    const [rate, beta1, beta2, epsilon] = [0.1, 0.5, 0.9, 0.1]
    const steps = 15
    const points = await path(
      { game: xy(), dynamics: extragradient(), optimizer: adam(rate, { beta1, beta2, epsilon }) },
      steps,
    )
    // Gidel et al. 2019, algorithm 4, in double precision.
    const field = ([x, y]: number[]) => [y!, -x!]
    let [m, v, at] = [
      [0, 0],
      [0, 0],
      [3, 4],
    ]
    const moved = (t: number, g: number[], from: number[]) => {
      const mean = m.map((old, i) => beta1 * old + (1 - beta1) * g[i]!)
      const square = v.map((old, i) => beta2 * old + (1 - beta2) * g[i]! ** 2)
      const to = from.map(
        (p, i) =>
          p - (rate * (mean[i]! / (1 - beta1 ** t))) / (Math.sqrt(square[i]! / (1 - beta2 ** t)) + epsilon),
      )
      return { mean, square, to }
    }
    for (let t = 1; t <= steps; t++) {
      const ahead = moved(t, field(at), at).to
      const next = moved(t, field(ahead), at)
      ;[m, v, at] = [next.mean, next.square, next.to]
      expect(Math.hypot(points[t]![0] - at[0]!, points[t]![1] - at[1]!), `step ${t}`).toBeLessThan(1e-5)
    }
  })
})
