import '@tensorflow/tfjs-backend-cpu'
import { scalar, setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { corePlugin } from '../core-plugin.ts'
import type { Dynamics } from '../dynamics.ts'
import { quadratic } from '../games/quadratic.ts'
import { adam } from '../optimizers/adam.ts'
import { clipByGlobalNorm } from '../optimizers/clip-by-global-norm.ts'
import { rmsprop } from '../optimizers/rmsprop.ts'
import { sgd } from '../optimizers/sgd.ts'
import { createRegistry, isPart } from '../plugin.ts'
import type { Slot } from '../slot.ts'
import { makeStep } from '../step.ts'
import { alternating } from './alternating.ts'
import { bestResponseAveraging } from './best-response-averaging.ts'
import { competitive } from './competitive.ts'
import { consensus } from './consensus.ts'
import { fictitiousPlay } from './fictitious-play.ts'
import { minimaxDirac } from './games.fixture.ts'
import { lookahead } from './lookahead.ts'
import { lossBalanced } from './loss-balanced.ts'
import { negativeMomentum } from './negative-momentum.ts'
import { optimistic } from './optimistic.ts'
import { simultaneous } from './simultaneous.ts'
import { symplecticAdjustment } from './symplectic.ts'
import { twoTimeScale } from './two-time-scale.ts'
import { unrolled } from './unrolled.ts'

beforeAll(() => setBackend('cpu'))

/** What each registered dynamics that takes options refuses, and how. */
const refused: { readonly [name: string]: readonly (readonly [() => Dynamics, string])[] } = {
  alternating: [
    [
      () => alternating({ critic: 0 }),
      'alternating: "critic" must move a whole number of times >= 1 a step, got 0',
    ],
    [
      () => alternating(null as never),
      'alternating: the order must be a record such as { critic: 5, generator: 1 }, got null',
    ],
  ],
  optimistic: [
    [
      () => optimistic(simultaneous as never),
      'optimistic needs dynamics { draws, init, step }, such as alternating(), got a function: call it',
    ],
    [
      () => optimistic(null as never),
      'optimistic needs dynamics { draws, init, step }, such as alternating(), got null',
    ],
    [
      () => optimistic({ ...simultaneous(), draws: undefined } as never),
      'optimistic needs dynamics { draws, init, step }',
    ],
  ],
  negativeMomentum: [
    [
      () => negativeMomentum(0.5),
      'the momentum must lie in (-1, 0), got 0.5; positive momentum is an option of sgd',
    ],
    [() => negativeMomentum(0), 'the momentum must lie in (-1, 0), got 0'],
    [() => negativeMomentum(-1), 'the momentum must lie in (-1, 0), got -1'],
    [
      () => negativeMomentum(-0.5, 'simultaneous' as never),
      'negativeMomentum needs dynamics { draws, init, step }, such as alternating(), got string',
    ],
  ],
  consensus: [
    [() => consensus(0), 'consensus: the weight must be a number > 0, got 0; without it, use simultaneous()'],
    [() => consensus(Number.NaN), 'the weight must be a number > 0, got NaN'],
  ],
  symplecticAdjustment: [
    [() => symplecticAdjustment(-1), 'symplecticAdjustment: the weight must be a number > 0, got -1'],
  ],
  competitive: [
    [() => competitive({ rate: 0 }), 'competitive: the rate must be a number > 0, got 0'],
    [() => competitive({ iterations: 0 }), 'competitive: iterations must be a whole number >= 1, got 0'],
  ],
  unrolled: [
    [() => unrolled({ steps: 0 }), 'unrolled: steps must be a whole number >= 1, got 0'],
    [() => unrolled({ steps: 1.5 }), 'unrolled: steps must be a whole number >= 1, got 1.5'],
    [() => unrolled({ inner: adam(0.1) }), 'unrolled: the inner optimizer is not differentiable: sgd'],
  ],
  lossBalanced: [
    [() => lossBalanced({ margin: -0.1 }), 'lossBalanced: the margin must be a number >= 0, got -0.1'],
    [() => lossBalanced({ cap: 0 }), 'lossBalanced: cap must be a whole number >= 1, got 0'],
    [
      () => lossBalanced({ order: { critic: 0 } }),
      '"critic" must move a whole number of times >= 1 a step, got 0',
    ],
    [
      () => lossBalanced({ scales: { critic: 0 } }),
      'lossBalanced: the scale of "critic" must be a number > 0, got 0',
    ],
    [
      () => lossBalanced({ order: null as never }),
      'lossBalanced: the order must be a record such as { critic: 2 }, got null',
    ],
  ],
  twoTimeScale: [
    [() => twoTimeScale({ critic: 0 }), 'twoTimeScale: the factor of "critic" must be a number > 0, got 0'],
    [
      () => twoTimeScale(undefined as never),
      'twoTimeScale: the factors must be a record such as { critic: 4 }, got none',
    ],
    [
      () => twoTimeScale({}, simultaneous as never),
      'twoTimeScale needs dynamics { draws, init, step }, such as alternating(), got a function: call it',
    ],
  ],
  lookahead: [
    [() => lookahead({ k: 0 }), 'lookahead: k must be a whole number >= 1, got 0'],
    [() => lookahead({ alpha: 1 }), 'lookahead: alpha must lie in (0, 1), got 1'],
    [
      () => lookahead({ dynamics: 'simultaneous' as never }),
      'lookahead needs dynamics { draws, init, step }, such as alternating(), got string',
    ],
  ],
  fictitiousPlay: [
    [() => fictitiousPlay({ pool: 0 }), 'fictitiousPlay: pool must be a whole number >= 1, got 0'],
    [() => fictitiousPlay({ every: -1 }), 'fictitiousPlay: every must be a whole number >= 1, got -1'],
  ],
  bestResponseAveraging: [
    [
      () => bestResponseAveraging({ moves: 0 }),
      'bestResponseAveraging: moves must be a whole number >= 1, got 0',
    ],
    [
      () => bestResponseAveraging({ weight: 2 }),
      'bestResponseAveraging: the weight must lie in (0, 1], got 2',
    ],
  ],
}

const registry = createRegistry()
registry.use(corePlugin)
const withOptions = registry
  .names('dynamics')
  .filter(name => Object.keys(registry.find('dynamics', name).options).length > 0)

describe('options that make no dynamics are refused at once', () => {
  it.each(withOptions)('%s', name => {
    const rows = refused[name]
    if (!rows) throw new Error(`no refusal of the dynamics "${name}": add what it refuses to the table here`)
    for (const [make, message] of rows) expect(make).toThrow(message)
  })

  it.each(
    withOptions.filter(name =>
      Object.values(registry.find('dynamics', name).options).some(o => isPart(o) && o.part === 'dynamics'),
    ),
  )('%s says what it needs in place of what is no dynamics', name => {
    expect(refused[name]!.map(([, message]) => message).join()).toContain(
      `${name} needs dynamics { draws, init, step }`,
    )
  })

  it('and so is a step around an uncalled function', () => {
    const parts = { game: minimaxDirac(), optimizer: sgd(0.1) }
    expect(() => makeStep({ ...parts, dynamics: simultaneous as never })).toThrow(
      'a step needs dynamics { draws, init, step }, such as alternating(), got a function: call it',
    )
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
      lossBalanced({ scales: { x: 1 } }),
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
