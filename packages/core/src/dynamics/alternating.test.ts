import '@tensorflow/tfjs-backend-cpu'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { fold } from '../key.ts'
import { sgd } from '../optimizers/sgd.ts'
import { makeStep } from '../step.ts'
import { alternating, type Order } from './alternating.ts'
import { apart, linearPath, minimaxDirac, path, recorded, xy } from './games.fixture.ts'

beforeAll(() => setBackend('cpu'))

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

/** One step of a recorded game: who saw what, and the key that its noise is folded from. */
function play(order: Order | undefined, batches: readonly string[], steps = 1) {
  const { game, seen } = recorded()
  const step = makeStep({ game, dynamics: alternating(order), optimizer: sgd(1) })
  let state = step.init(5)
  const { key } = state
  for (let i = 0; i < steps; i++) state = step.next(state, batches)
  return { seen, noise: (at: number, salt: number) => fold(fold(key, at), salt), draws: step.draws }
}

describe('alternating on games with a closed form', () => {
  it.each([0.02, 0.1, 0.5])('turns xy about the origin without growing, lr %s', async lr => {
    const steps = 150
    const dynamics = alternating({ x: 1, y: 1 })
    const points = await path({ game: xy(), dynamics, optimizer: sgd(lr) }, steps)
    // y sees the x that has moved: determinant 1, so an ellipse is kept.
    const exact = linearPath(
      [
        [1, -lr],
        [lr, 1 - lr ** 2],
      ],
      [3, 4],
      steps,
    )
    expect(apart(points, exact)).toBeLessThan(2e-3)
    const kept = ([x, y]: readonly [number, number]) => x * x - lr * x * y + y * y
    for (const [i, point] of points.entries())
      expect(kept(point) / kept(points[0]!), `step ${i}`).toBeCloseTo(1, 4)
  })

  it('neither leaves nor finds the equilibrium of the Dirac-GAN', async () => {
    const lr = 0.2
    const dynamics = alternating({ critic: 1 })
    const points = await path({ game: minimaxDirac(), dynamics, optimizer: sgd(lr) }, 250)
    // The critic first, then the generator against the critic that has moved.
    let [psi, theta] = [1, 1]
    for (const [i, point] of points.entries()) {
      expect(Math.hypot(point[0] - psi, point[1] - theta), `step ${i}`).toBeLessThan(1e-3)
      psi -= lr * sigmoid(psi * theta) * theta
      theta += lr * sigmoid(psi * theta) * psi
    }
    const radii = points.slice(-100).map(p => Math.hypot(...p))
    expect(Math.min(...radii)).toBeGreaterThan(0.9)
    expect(Math.max(...radii)).toBeLessThan(2)
  })
})

describe('alternating', () => {
  it('gives k critic moves k sub-batches and noise of their own, then the generator fresh noise', () => {
    const { seen, noise, draws } = play({ critic: 3 }, ['a', 'b', 'c'])
    expect(draws).toBe(3)
    expect(seen.map(s => [s.who, s.batch])).toEqual([
      ['critic', 'a'],
      ['critic', 'b'],
      ['critic', 'c'],
      ['generator', 'a'],
    ])
    expect(seen.map(s => s.key)).toEqual([0, 1, 2, 3].map(salt => noise(0, salt)))
    expect(new Set(seen.map(s => s.key.join())).size).toBe(4)
  })

  it('moves each player from where the one before it stopped', () => {
    const { seen } = play({ critic: 2 }, ['a', 'b'], 2)
    expect(seen.map(({ who, step, critic, generator }) => [who, step, critic, generator])).toEqual([
      ['critic', 0, 0, 0],
      ['critic', 0, 1, 0],
      ['generator', 0, 2, 0],
      ['critic', 1, 2, 1],
      ['critic', 1, 3, 1],
      ['generator', 1, 4, 1],
    ])
  })

  it('uses new noise at every step', () => {
    const { seen, noise } = play({ critic: 1 }, ['a'], 3)
    expect(seen.map(s => s.key)).toEqual([0, 1, 2].flatMap(step => [noise(step, 0), noise(step, 1)]))
  })

  it.each<[Order | undefined, string]>([
    [undefined, 'critic generator'],
    [{ generator: 2, critic: 1 }, 'generator generator critic'],
    [{ generator: 1 }, 'generator critic'],
    [{ critic: 2, generator: 3 }, 'critic critic generator generator generator'],
    [{}, 'critic generator'],
  ])('plays %j as %s', (order, expected) => {
    const most = Math.max(1, ...Object.values(order ?? {}))
    const { seen, draws } = play(
      order,
      Array.from({ length: most }, (_, i) => `${i}`),
    )
    expect(seen.map(s => s.who).join(' ')).toBe(expected)
    expect(draws).toBe(most)
  })

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %s moves', count => {
    expect(() => alternating({ critic: count })).toThrow(
      `alternating: "critic" must move a whole number of times >= 1 a step, got ${count}`,
    )
  })

  it('refuses players that the game lacks, naming those it has', () => {
    const { game } = recorded()
    const dynamics = alternating({ discriminator: 5 })
    expect(() => makeStep({ game, dynamics, optimizer: sgd(1) })).toThrow(
      'alternating: the game has no player "discriminator"; its players are critic, generator',
    )
  })

  it('refuses too few sub-batches', () => {
    expect(() => play({ critic: 2 }, ['a'])).toThrow('takes 2 sub-batches a step, got 1')
  })
})
