import '@tensorflow/tfjs-backend-cpu'
import {
  add,
  div,
  maximum,
  mean,
  neg,
  type Scalar,
  scalar,
  setBackend,
  softplus,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { dirac } from '../games/dirac.ts'
import { quadratic } from '../games/quadratic.ts'
import type { Loss } from '../loss.ts'
import type { Optimizer } from '../optimizer.ts'
import { adam } from '../optimizers/adam.ts'
import { clipByGlobalNorm } from '../optimizers/clip-by-global-norm.ts'
import { projected } from '../optimizers/projected.ts'
import type { Schedule } from '../optimizers/schedule.ts'
import { sgd } from '../optimizers/sgd.ts'
import { weightClipping } from '../optimizers/weight-clipping.ts'
import { makeStep } from '../step.ts'
import { mapTree } from '../tree.ts'
import { alternating } from './alternating.ts'
import { bestResponseAveraging } from './best-response-averaging.ts'
import { competitive } from './competitive.ts'
import { consensus } from './consensus.ts'
import { dynamics as entries } from './entries.ts'
import { extragradient } from './extragradient.ts'
import { extrapolatingAdam } from './extrapolating-adam.fixture.ts'
import { fictitiousPlay } from './fictitious-play.ts'
import { apart, minimaxDirac, type Point, path, recorded, xy } from './games.fixture.ts'
import { lookahead } from './lookahead.ts'
import { lossBalanced } from './loss-balanced.ts'
import { negativeMomentum } from './negative-momentum.ts'
import { optimistic } from './optimistic.ts'
import { pastExtragradient } from './past-extragradient.ts'
import { simultaneous } from './simultaneous.ts'
import { symplecticAdjustment } from './symplectic.ts'
import { twoTimeScale } from './two-time-scale.ts'
import { unrolled } from './unrolled.ts'

beforeAll(() => setBackend('cpu'))

describe('optimistic', () => {
  it('with Adam is Optimistic Adam', async () => {
    const [rate, beta1, beta2, epsilon] = [0.05, 0.5, 0.9, 0.1]
    const optimizer = adam(rate, { beta1, beta2, epsilon })
    const points = await path({ game: xy(), dynamics: optimistic(), optimizer }, 20)
    // Daskalakis et al. 2018, algorithm 1, in double precision.
    let [at, mean, square, last] = [
      [3, 4],
      [0, 0],
      [0, 0],
      [0, 0],
    ]
    for (let t = 1; t <= 20; t++) {
      const g = [at[1]!, -at[0]!]
      mean = mean.map((m, i) => beta1 * m + (1 - beta1) * g[i]!)
      square = square.map((v, i) => beta2 * v + (1 - beta2) * g[i]! ** 2)
      const direction = mean.map(
        (m, i) => m / (1 - beta1 ** t) / (Math.sqrt(square[i]! / (1 - beta2 ** t)) + epsilon),
      )
      at = at.map((p, i) => p - 2 * rate * direction[i]! + rate * last[i]!)
      last = direction
      expect(Math.hypot(points[t]![0] - at[0]!, points[t]![1] - at[1]!), `step ${t}`).toBeLessThan(1e-5)
    }
  })

  it('is where extragradient from the past looks ahead to', async () => {
    const rate = 0.3
    const ahead = await path({ game: minimaxDirac(), dynamics: optimistic(), optimizer: sgd(rate) }, 30)
    const from = await path({ game: minimaxDirac(), dynamics: pastExtragradient(), optimizer: sgd(rate) }, 30)
    // w_(t+1) = w_t - rate F(v_t), where v_t is the point looked at.
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
    for (const [t, [c, g]] of ahead.slice(0, -1).entries()) {
      const [fc, fg] = [sigmoid(c * g) * g, -sigmoid(c * g) * c]
      expect(Math.abs(from[t]![0] - rate * fc - from[t + 1]![0]), `step ${t}`).toBeLessThan(1e-5)
      expect(Math.abs(from[t]![1] - rate * fg - from[t + 1]![1]), `step ${t}`).toBeLessThan(1e-5)
    }
  })

  it('works around critics of several moves', () => {
    expect(optimistic(alternating({ critic: 3 })).draws).toBe(3)
  })
})

describe('past extragradient', () => {
  it('with Adam forgets the look-ahead: moments are updated once a step, unlike in Extra-Adam', async () => {
    const numbers = { rate: 0.1, beta1: 0.5, beta2: 0.9, epsilon: 0.1 }
    const { rate, ...betas } = numbers
    const points = await path({ game: xy(), dynamics: pastExtragradient(), optimizer: adam(rate, betas) }, 15)
    const reached = (twice: boolean) => extrapolatingAdam(numbers, { past: true, twice }, [3, 4], 15)
    expect(apart(points, reached(false))).toBeLessThan(1e-5)
    // Gidel et al. 2019, algorithm 4 with extrapolation from the past, goes elsewhere.
    expect(apart(points, reached(true))).toBeGreaterThan(0.01)
  })
})

describe('negative momentum', () => {
  it.each([
    ['alternating', alternating({})],
    ['simultaneous', simultaneous()],
  ])('around %s play with sgd is the heavy ball', async (_, dynamics) => {
    const wrapped = { game: xy(), dynamics: negativeMomentum(-0.3, dynamics), optimizer: sgd(0.2) }
    const own = { game: xy(), dynamics, optimizer: sgd(0.2, { momentum: -0.3 }) }
    expect(apart(await path(wrapped, 40), await path(own, 40))).toBeLessThan(1e-5)
  })

  it('does not make simultaneous play converge', async () => {
    const dynamics = negativeMomentum(-0.5, simultaneous())
    const points = await path({ game: xy(), dynamics, optimizer: sgd(0.3) }, 100)
    expect(Math.hypot(...points[100]!)).toBeGreaterThan(5)
  })
})

describe('two time scales', () => {
  it.each([
    ['sgd', (rate: Schedule) => sgd(rate, { momentum: 0.5 })],
    ['adam', (rate: Schedule) => adam(rate, { beta1: 0.5 })],
  ])('with %s are two rates', async (_, optimizer) => {
    const dynamics = twoTimeScale({ x: 4 }, alternating({}))
    const scaled = await path({ game: xy(), dynamics, optimizer: optimizer(0.02) }, 40)
    const rates = { x: optimizer(0.08), y: optimizer(0.02) }
    const apartFrom = await path({ game: xy(), dynamics: alternating({}), optimizer: rates }, 40)
    expect(apart(scaled, apartFrom)).toBeLessThan(2e-5)
  })
})

describe('loss-balanced play', () => {
  const updates = async (margin: number, steps = 1) => {
    const step = makeStep({
      game: xy([1, 2]),
      dynamics: lossBalanced({ margin, cap: 3 }),
      optimizer: adam(0.01),
    })
    let state = step.init(0)
    for (let i = 0; i < steps; i++) state = step.next(state, [null])
    const count = async (player: 'x' | 'y') => (await (state.optimizers[player] as { t: Tensor }).t.data())[0]
    return [await count('x'), await count('y')]
  }

  it('lets the costlier player alone catch up, its optimizer counting the moves it made and no others', async () => {
    // xy is about 2 for x and -2 for y: x moves once in turn and 3 times more.
    expect(await updates(0.1)).toEqual([4, 1])
  })

  it('compares costs of a GAN on one scale, if it is told which', async () => {
    // The critic tells nothing and has nothing to learn: costs of 2 log 2 and log 2, and neither player is ahead.
    const loss: Loss = {
      critic: (real, fake) => add(mean(softplus(neg(real))), mean(softplus(fake))) as Scalar,
      generator: fake => mean(softplus(neg(fake))) as Scalar,
    }
    const counts = async (scales: { readonly [player: string]: number }) => {
      const step = makeStep({
        game: dirac({ loss, from: { critic: [0], generator: [0] } }),
        dynamics: lossBalanced({ scales }),
        optimizer: adam(0.01),
      })
      const { optimizers } = step.next(step.init(0), [null])
      const of = async (who: 'critic' | 'generator') => (await (optimizers[who] as { t: Tensor }).t.data())[0]
      return [await of('critic'), await of('generator')]
    }
    expect(await counts({ critic: 0.5 })).toEqual([1, 1])
    expect(await counts({})).toEqual([6, 1])
    expect(await counts({ generator: 4 })).toEqual([1, 6])
  })

  it('lets nobody catch up within the margin', async () => {
    expect(await updates(5, 3)).toEqual([3, 3])
  })

  it('compares the statistic it is told to', async () => {
    const told = xy([1, 2])
    const flat = (who: 'x' | 'y'): (typeof told)['x'] => ({
      ...told[who],
      cost: (all, turn) => ({ ...told[who].cost(all, turn), stats: { even: scalar(1) } }),
    })
    const game = { x: flat('x'), y: flat('y') }
    const step = (by: string) => makeStep({ game, dynamics: lossBalanced({ by }), optimizer: adam(0.01) })
    const even = step('even')
    const { optimizers } = even.next(even.init(0), [null])
    expect((await (optimizers.x as { t: Tensor }).t.data())[0]).toBe(1)
    const odd = step('odd')
    expect(() => odd.next(odd.init(0), [null])).toThrow(
      'lossBalanced: "x" reports no statistic "odd" to compare; it reports even, cost',
    )
  })

  it('shows catch-up moves the first sub-batch and noise of their own', () => {
    const { game, seen } = recorded()
    const dynamics = lossBalanced({ cap: 2, order: { critic: 2 } })
    expect(dynamics.draws).toBe(2)
    const step = makeStep({ game, dynamics, optimizer: sgd(1) })
    step.next(step.init(5), ['a', 'b'])
    expect(seen.map(s => `${s.who} ${s.batch}`).slice(0, 3)).toEqual(['critic a', 'critic b', 'generator a'])
    expect(seen.slice(3).map(s => s.batch)).toEqual(['a', 'a', 'a', 'a'])
    expect(new Set(seen.map(s => s.key.join())).size).toBe(5)
  })
})

describe('unrolled', () => {
  it('with an inner optimizer lets the real moves be made by others', async () => {
    const rate = 0.1
    const dynamics = unrolled({ player: 'x', steps: 2, inner: sgd(0.5) })
    const points = await path({ game: xy(), dynamics, optimizer: { x: sgd(rate), y: adam(rate) } }, 1)
    // x sees x (y + 2 * .5 x), whose slope is y + 2x.
    expect(points[1]![0]).toBeCloseTo(3 - rate * (4 + 6), 5)
    expect(points[1]![1]).toBeCloseTo(4 + rate, 5)
  })

  it('reports the cost after the moves looked through', async () => {
    const dynamics = unrolled({ player: 'x', steps: 2, inner: sgd(0.5) })
    const step = makeStep({ game: xy(), dynamics, optimizer: sgd(0.1) })
    const { stats } = step.next(step.init(0), [null])
    expect((await stats.x.cost!.data())[0]).toBeCloseTo(3 * (4 + 3), 5)
    expect((await stats.y.cost!.data())[0]).toBeCloseTo(-12, 5)
  })
})

describe('best-response averaging', () => {
  // Each wants to be c times, or -c times, where the other is: answers alone run away for c > 1.
  const c = 2
  const game = () =>
    quadratic({
      costs: {
        x: {
          matrix: [
            [1, c],
            [c, 0],
          ],
        },
        y: {
          matrix: [
            [0, -c],
            [-c, 1],
          ],
        },
      },
      from: { x: [1], y: [1] },
    })
  const played = (weight: Schedule, steps: number): Promise<Point[]> =>
    path({ game: game(), dynamics: bestResponseAveraging({ moves: 1, weight }), optimizer: sgd(1) }, steps)

  it('converges where answers alone run away', async () => {
    // One move at rate 1 is the exact answer. Weight w: |1 - w +- iwc|, below 1 for w < 2 / (1 + c^2) = .4.
    expect(Math.hypot(...(await played(1, 20))[20]!)).toBeGreaterThan(1e5)
    expect(Math.hypot(...(await played(0.2, 60))[60]!)).toBeLessThan(1e-2)
  })

  it('with weights 1 / (t + 1) is fictitious play: players are the means of all answers', async () => {
    const points = await played(t => div(1, add(t, 1)), 12)
    let [sum, at] = [
      [0, 0],
      [1, 1],
    ]
    for (let t = 0; t < 12; t++) {
      const answers = [-c * at[1]!, c * at[0]!]
      sum = sum.map((s, i) => s + answers[i]!)
      at = sum.map(s => s / (t + 1))
      expect(Math.hypot(points[t + 1]![0] - at[0]!, points[t + 1]![1] - at[1]!)).toBeLessThan(1e-4)
    }
  })
})

describe('projections', () => {
  const dynamics = {
    simultaneous: simultaneous(),
    alternating: alternating({ x: 2 }),
    extragradient: extragradient(),
    pastExtragradient: pastExtragradient(),
    optimistic: optimistic(),
    'optimistic of negativeMomentum': optimistic(negativeMomentum(-0.9)),
    negativeMomentum: negativeMomentum(-0.9, simultaneous()),
    consensus: consensus(1),
    symplecticAdjustment: symplecticAdjustment(1),
    competitive: competitive(),
    unrolled: unrolled({ player: 'y', steps: 2, inner: sgd(0.1) }),
    lossBalanced: lossBalanced(),
    twoTimeScale: twoTimeScale({ x: 4, y: 7 }),
    lookahead: lookahead({ k: 2 }),
    fictitiousPlay: fictitiousPlay({ pool: 2, every: 2 }),
    bestResponseAveraging: bestResponseAveraging({ moves: 2 }),
  }

  it('are tried with every dynamics there is', () => {
    expect(Object.keys(entries).filter(name => !(name in dynamics))).toEqual([])
  })

  it.each(Object.entries(dynamics))('hold under %s, from outside and to the last bit', async (_, played) => {
    const optimizer = clipByGlobalNorm(100, weightClipping(0.25, sgd(0.5, { momentum: 0.5 })))
    const points = await path({ game: xy([3, -4]), dynamics: played, optimizer }, 12)
    for (const point of points.slice(1)) for (const w of point) expect(Math.abs(w)).toBeLessThanOrEqual(0.25)
  })

  it('are both kept where one is in the other', async () => {
    const odd: Optimizer = projected(
      p => mapTree((t: Tensor) => maximum(t, 0.1), p),
      weightClipping(0.25, sgd(0.5)),
    )
    for (const point of (await path({ game: xy(), dynamics: optimistic(), optimizer: odd }, 12)).slice(1))
      for (const w of point) expect(Math.abs(w - 0.175)).toBeLessThan(0.0751)
  })
})
