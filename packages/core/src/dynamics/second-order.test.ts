import '@tensorflow/tfjs-backend-cpu'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { mend } from '../autodiff/index.ts'
import { quadratic } from '../games/quadratic.ts'
import type { Optimizer } from '../optimizer.ts'
import { sgd } from '../optimizers/sgd.ts'
import { FLOAT64, registerFloat64 } from '../testing/float64.ts'
import {
  fieldWith,
  mixedOnly,
  numbers,
  read,
  type Three,
  threePlayers,
  times,
  treeOf,
} from '../three-players.fixture.ts'
import { scoped } from '../tree.ts'
import { competitive } from './competitive.ts'
import { path } from './games.fixture.ts'
import { symplecticAdjustment } from './symplectic.ts'
import { unrolled } from './unrolled.ts'

const own = (optimizer: Optimizer, at: Three) => ({
  params: at,
  optimizers: { a: optimizer.init(at.a), b: optimizer.init(at.b), c: optimizer.init(at.c) },
})
const each = (optimizer: Optimizer) => ({ a: optimizer, b: optimizer, c: optimizer })
/** An optimizer that puts the gradient in place of the parameters. */
const reveals: Optimizer = { init: () => ({}), update: grads => [grads, {}] }

describe('in double precision, on a game of three players with curvature of every order', () => {
  beforeAll(async () => {
    registerFloat64()
    await setBackend(FLOAT64)
    mend()
  })
  const [bend, w] = [0.4, numbers('w').map(x => 0.5 * x)]

  it.each([1, 3])(
    'unrolled differentiates through %i moves of everybody else, momentum included',
    async steps => {
      // Powers of 2, so that single precision, in which tfjs takes plain numbers, holds them.
      const [rate, momentum] = [0.125, 0.5]
      const inner = sgd(rate, { momentum })
      const dynamics = unrolled({ player: 'b', steps, inner })
      const at = treeOf(w)
      const [moves] = dynamics.step(fieldWith(bend), each(reveals), own(reveals, at), {})
      const found = await read(moves.params.b)

      /** b's cost after the others' moves, by hand. */
      const game = threePlayers(bend)
      const answered = async (numbers: number[]) => {
        let [here, velocity] = [numbers, numbers.map(() => 0)]
        for (let i = 0; i < steps; i++) {
          const field = fieldWith(bend)
          const point = treeOf(here)
          const [a, c] = [await read(field('a', point).grads), await read(field('c', point).grads)]
          const g = [a[0]!, a[1]!, 0, 0, 0, c[0]!]
          velocity = velocity.map((v, j) => momentum * v - rate * g[j]!)
          here = here.map((x, j) => x + velocity[j]!)
        }
        const cost = scoped(() => game.b.cost(treeOf(here), undefined as never).cost)
        return (await read(cost))[0]!
      }
      const h = 1e-5
      for (const [i, j] of [2, 3, 4].entries()) {
        const difference = (await answered(w.with(j, w[j]! + h))) - (await answered(w.with(j, w[j]! - h)))
        expect(Math.abs(found[i]! - difference / (2 * h)), `number ${j}`).toBeLessThan(1e-7)
      }
      // The way through the others' moves is a part of it.
      const plain = await read(fieldWith(bend)('b', at).grads)
      expect(Math.max(...plain.map((x, i) => Math.abs(x - found[i]!)))).toBeGreaterThan(0.05)
      // The others move along their plain gradients.
      expect(await read(moves.params.a)).toEqual(await read(fieldWith(bend)('a', at).grads))
    },
  )

  it('competitive solves (I + rate M) u = g, for three players who share nothing', async () => {
    const rate = 0.25
    const dynamics = competitive({ rate, iterations: 6 })
    const at = treeOf(w)
    const [moves] = dynamics.step(fieldWith(0), each(reveals), own(reveals, at), {})
    const u = await read(moves.params)
    const g = (
      await Promise.all((['a', 'b', 'c'] as const).map(who => read(fieldWith(0)(who, at).grads)))
    ).flat()
    const back = times(mixedOnly, u).map((x, i) => u[i]! + rate * x)
    for (const [i, x] of g.entries()) expect(Math.abs(back[i]! - x), `number ${i}`).toBeLessThan(1e-9)
    expect(Math.max(...g.map((x, i) => Math.abs(x - u[i]!)))).toBeGreaterThan(0.1)
  })

  it('competitive comes closer with every iteration, and stays where it is when it has arrived', async () => {
    const at = treeOf(w)
    const residual = async (iterations: number) => {
      const [moves] = competitive({ rate: 0.25, iterations }).step(
        fieldWith(0),
        each(reveals),
        own(reveals, at),
        {},
      )
      const u = await read(moves.params)
      const g = (
        await Promise.all((['a', 'b', 'c'] as const).map(who => read(fieldWith(0)(who, at).grads)))
      ).flat()
      return Math.hypot(...times(mixedOnly, u).map((x, i) => u[i]! + 0.25 * x - g[i]!))
    }
    const residuals = await Promise.all([1, 2, 4, 6, 12].map(residual))
    for (const [i, r] of residuals.slice(1, 4).entries()) expect(r).toBeLessThan(residuals[i]!)
    expect(residuals[4]).toBeLessThan(1e-9)
  })

  it('competitive moves nobody, and gives no NaN, where there is no gradient', async () => {
    const zero = treeOf([0, 0, 0, 0, 0, 0])
    const [moves] = competitive().step(fieldWith(0), each(reveals), own(reveals, zero), {})
    expect((await read(moves.params)).map(Math.abs)).toEqual([0, 0, 0, 0, 0, 0])
  })
})

describe('the sign of the symplectic adjustment', () => {
  beforeAll(() => setBackend('cpu'))

  /** An unstable point, from which everything turns away: J = [[-1, c], [-c, -1]]. */
  const c = 2
  const repelling = (from: number) =>
    quadratic({
      costs: {
        x: {
          matrix: [
            [-1, c],
            [c, 0],
          ],
        },
        y: {
          matrix: [
            [0, -c],
            [-c, -1],
          ],
        },
      },
      from: { x: [from], y: [from] },
    })
  const length = async (from: number, align: boolean) => {
    const dynamics = symplecticAdjustment(1, { align })
    const points = await path({ game: repelling(from), dynamics, optimizer: sgd(0.05) }, 20)
    return Math.hypot(...points[20]!) / Math.hypot(...points[0]!)
  }

  it('is turned where it would draw players to an unstable point', async () => {
    // Without alignment the real part of J + A^T J is -1 + c^2 > 0: drawn in. With, it is -1 - c^2: pushed out.
    expect(await length(3, false)).toBeLessThan(0.1)
    expect(await length(3, true)).toBeGreaterThan(10)
  })

  it('is added as it is while the evidence is smaller than 1/10', async () => {
    // <g, h> <A^T g, h> / 2 is -200 r^4 here, from (r, r).
    expect(await length(0.05, true)).toBeLessThan(1)
    expect(await length(1, true)).toBeGreaterThan(1)
  })
})
