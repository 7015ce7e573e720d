import '@tensorflow/tfjs-backend-cpu'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { adam } from '../optimizers/adam.ts'
import { sgd } from '../optimizers/sgd.ts'
import { makeStep } from '../step.ts'
import { apart, linearPath, minimaxDirac, path, recorded, xy } from './games.fixture.ts'
import { simultaneous } from './simultaneous.ts'

beforeAll(() => setBackend('cpu'))

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

describe('simultaneous', () => {
  it.each([0.02, 0.1, 0.5])('on xy multiplies the radius by sqrt(1 + lr^2) a step, lr %s', async lr => {
    const steps = 40
    const points = await path({ game: xy(), dynamics: simultaneous(), optimizer: sgd(lr) }, steps)
    const growth = Math.sqrt(1 + lr ** 2)
    for (const [i, point] of points.entries())
      expect(Math.hypot(...point) / (5 * growth ** i), `step ${i}`).toBeCloseTo(1, 5)
    const exact = linearPath(
      [
        [1, -lr],
        [lr, 1],
      ],
      [3, 4],
      steps,
    )
    expect(apart(points, exact) / Math.hypot(...exact.at(-1)!)).toBeLessThan(1e-5)
  })

  it('on the Dirac-GAN multiplies the radius by sqrt(1 + (lr D)^2), D = sigmoid(xy)', async () => {
    const lr = 0.3
    const points = await path({ game: minimaxDirac(), dynamics: simultaneous(), optimizer: sgd(lr) }, 60)
    for (const [i, [x, y]] of points.slice(0, -1).entries()) {
      const growth = Math.hypot(...points[i + 1]!) / Math.hypot(x, y)
      expect(growth, `step ${i}`).toBeCloseTo(Math.sqrt(1 + (lr * sigmoid(x * y)) ** 2), 5)
    }
    expect(Math.hypot(...points.at(-1)!)).toBeGreaterThan(2)
  })

  it('shows everybody the same point, sub-batch and noise, once', () => {
    const { game, seen } = recorded()
    const step = makeStep({ game, dynamics: simultaneous(), optimizer: sgd(1) })
    expect(step.draws).toBe(1)
    step.next(step.init(5), ['a'])
    expect(seen.map(s => s.who)).toEqual(['critic', 'generator'])
    const [one, other] = seen.map(({ who, ...rest }) => rest)
    expect(one).toEqual(other)
    expect(one).toMatchObject({ batch: 'a', step: 0, critic: 0, generator: 0 })
  })

  it('gives each player its own optimizer', async () => {
    const optimizer = { x: sgd(0.1), y: adam(0.01) }
    const points = await path({ game: xy(), dynamics: simultaneous(), optimizer }, 1)
    expect(points[1]![0]).toBeCloseTo(3 - 0.1 * 4, 5)
    expect(points[1]![1]).toBeCloseTo(4 + 0.01, 5)
  })
})
