import '@tensorflow/tfjs-backend-cpu'
import { scalar, setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Dynamics } from '../dynamics.ts'
import { quadratic } from '../games/quadratic.ts'
import { adam } from '../optimizers/adam.ts'
import { clipByGlobalNorm } from '../optimizers/clip-by-global-norm.ts'
import { rmsprop } from '../optimizers/rmsprop.ts'
import { sgd } from '../optimizers/sgd.ts'
import type { Slot } from '../slot.ts'
import { makeStep } from '../step.ts'
import { bestResponseAveraging } from './best-response-averaging.ts'
import { competitive } from './competitive.ts'
import { consensus } from './consensus.ts'
import { fictitiousPlay } from './fictitious-play.ts'
import { minimaxDirac } from './games.fixture.ts'
import { lookahead } from './lookahead.ts'
import { lossBalanced } from './loss-balanced.ts'
import { negativeMomentum } from './negative-momentum.ts'
import { optimistic } from './optimistic.ts'
import { symplecticAdjustment } from './symplectic.ts'
import { twoTimeScale } from './two-time-scale.ts'
import { unrolled } from './unrolled.ts'

beforeAll(() => setBackend('cpu'))

describe('options that make no dynamics are refused at once', () => {
  it.each<[() => Dynamics, string]>([
    [
      () => negativeMomentum(0.5),
      'the momentum must lie in (-1, 0), got 0.5; positive momentum is an option of sgd',
    ],
    [() => negativeMomentum(0), 'the momentum must lie in (-1, 0), got 0'],
    [() => negativeMomentum(-1), 'the momentum must lie in (-1, 0), got -1'],
    [() => consensus(0), 'consensus: the weight must be a number > 0, got 0; without it, use simultaneous()'],
    [() => consensus(Number.NaN), 'the weight must be a number > 0, got NaN'],
    [() => symplecticAdjustment(-1), 'symplecticAdjustment: the weight must be a number > 0, got -1'],
    [() => competitive({ rate: 0 }), 'competitive: the rate must be a number > 0, got 0'],
    [() => competitive({ iterations: 0 }), 'competitive: iterations must be a whole number >= 1, got 0'],
    [() => unrolled({ steps: 0 }), 'unrolled: steps must be a whole number >= 1, got 0'],
    [() => unrolled({ steps: 1.5 }), 'unrolled: steps must be a whole number >= 1, got 1.5'],
    [() => unrolled({ inner: adam(0.1) }), 'unrolled: the inner optimizer is not differentiable: sgd'],
    [() => lossBalanced({ margin: -0.1 }), 'lossBalanced: the margin must be a number >= 0, got -0.1'],
    [() => lossBalanced({ cap: 0 }), 'lossBalanced: cap must be a whole number >= 1, got 0'],
    [
      () => lossBalanced({ order: { critic: 0 } }),
      '"critic" must move a whole number of times >= 1 a step, got 0',
    ],
    [() => twoTimeScale({ critic: 0 }), 'twoTimeScale: the factor of "critic" must be a number > 0, got 0'],
    [() => lookahead({ k: 0 }), 'lookahead: k must be a whole number >= 1, got 0'],
    [() => lookahead({ alpha: 1 }), 'lookahead: alpha must lie in (0, 1), got 1'],
    [() => fictitiousPlay({ pool: 0 }), 'fictitiousPlay: pool must be a whole number >= 1, got 0'],
    [() => fictitiousPlay({ every: -1 }), 'fictitiousPlay: every must be a whole number >= 1, got -1'],
    [
      () => bestResponseAveraging({ moves: 0 }),
      'bestResponseAveraging: moves must be a whole number >= 1, got 0',
    ],
    [
      () => bestResponseAveraging({ weight: 2 }),
      'bestResponseAveraging: the weight must lie in (0, 1], got 2',
    ],
  ])('%#', (make, message) => {
    expect(make).toThrow(message)
  })
})

describe('games that do not fit are refused before the first step', () => {
  const game = minimaxDirac()
  const alone = quadratic({ costs: { descender: { matrix: [[1]] } } })

  it.each<[Dynamics, string]>([
    [
      twoTimeScale({ discriminator: 4 }),
      'twoTimeScale: the game has no player "discriminator"; its players are critic, generator',
    ],
    [
      lossBalanced({ order: { x: 1 } }),
      'lossBalanced: the game has no player "x"; its players are critic, generator',
    ],
    [
      unrolled({ player: 'artist' }),
      'unrolled: the game has no player "artist"; its players are critic, generator',
    ],
    // Wrappers ask what they wrap.
    [optimistic(twoTimeScale({ x: 2 })), 'twoTimeScale: the game has no player "x"'],
    [
      lookahead({ dynamics: negativeMomentum(-0.5, lossBalanced({ order: { x: 1 } })) }),
      'lossBalanced: the game has no player "x"',
    ],
    [
      twoTimeScale({ critic: 2 }, unrolled({ player: 'artist' })),
      'unrolled: the game has no player "artist"',
    ],
  ])('%#', (dynamics, message) => {
    expect(() => makeStep({ game, dynamics, optimizer: sgd(0.1) })).toThrow(message)
  })

  it('competitive and unrolled play need somebody to answer', () => {
    expect(() => makeStep({ game: alone, dynamics: competitive(), optimizer: sgd(0.1) })).toThrow(
      'competitive: players answer each other, and the game has only "descender"; use simultaneous()',
    )
    expect(() =>
      makeStep({ game: alone, dynamics: unrolled({ player: 'descender' }), optimizer: sgd(0.1) }),
    ).toThrow('unrolled: "descender" is alone in its game')
  })
})

describe('unrolled', () => {
  const game = minimaxDirac()
  const slot = (over: Partial<Slot> = {}): Slot => ({ init: () => scalar(0), next: state => state, ...over })

  it.each([
    ['adam', adam(0.1)],
    ['rmsprop', rmsprop(0.1)],
    ['clipped sgd', clipByGlobalNorm(1, sgd(0.1))],
  ])('refuses to look through the moves of %s', (_, optimizer) => {
    expect(() => makeStep({ game, dynamics: unrolled(), optimizer })).toThrow(
      'unrolled: the moves of "critic" are looked through, and its optimizer is not differentiable: sgd (with any momentum) and adam(rate, { differentiable: true }) are; or give unrolled an inner optimizer',
    )
  })

  it('takes any optimizer where an inner one is given, and any for the player who looks', () => {
    makeStep({ game, dynamics: unrolled({ inner: sgd(0.1) }), optimizer: adam(0.1) })
    makeStep({ game, dynamics: unrolled(), optimizer: { critic: sgd(0.1), generator: adam(0.1) } })
    makeStep({ game, dynamics: unrolled(), optimizer: adam(0.1, { differentiable: true }) })
    // Also under a dynamics that scales or remembers moves.
    makeStep({ game, dynamics: optimistic(twoTimeScale({ critic: 2 }, unrolled())), optimizer: sgd(0.1) })
  })

  it('refuses slots that would have changed with the moves looked through', () => {
    const parts = { game, dynamics: unrolled(), optimizer: sgd(0.1) }
    expect(() => makeStep({ ...parts, slots: { balance: slot() } })).toThrow(
      'unrolled: the slot "balance" changes with every move',
    )
    makeStep({ ...parts, slots: { average: slot({ still: true }) } })
  })
})
