import '@tensorflow/tfjs-backend-cpu'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { corePlugin } from '../core-plugin.ts'
import type { Players } from '../game.ts'
import { bilinear } from '../games/bilinear.ts'
import { sgd } from '../optimizers/sgd.ts'
import { createRegistry } from '../plugin.ts'
import type { StepParts } from '../step.ts'
import { minimaxDirac, type Point, path, xy } from './games.fixture.ts'
import { diracPlane, references, xyPlane } from './references.fixture.ts'

const registry = createRegistry()
registry.use(corePlugin)
beforeAll(() => setBackend('cpu'))

type Toy = StepParts<Players, unknown>['game']
const games = [
  ['xy', xyPlane, () => xy() as unknown as Toy, [3, 4]],
  ['the Dirac-GAN', diracPlane, () => minimaxDirac([1, -1.5]) as unknown as Toy, [1, -1.5]],
] as const

const names = registry.names('dynamics')

describe.each(games)('on %s', (_, plane, game, from) => {
  it.each(names)('%s goes where its formula goes in double precision', async name => {
    const reference = references[name]
    if (!reference)
      throw new Error(`no reference for the dynamics "${name}": add it to references.fixture.ts`)
    const rate = 0.15
    const dynamics = registry.make('dynamics', reference.spec(plane.players))
    const points = await path({ game: game(), dynamics, optimizer: sgd(rate) }, 30)
    const next = reference.written(plane, rate)
    let at: number[] = [...from]
    const gaps = points.map((point: Point, i) => {
      if (i > 0) at = next(at)
      return Math.hypot(point[0] - at[0]!, point[1] - at[1]!) / Math.max(1, Math.hypot(...at))
    })
    expect(Math.max(...gaps)).toBeLessThan(2e-5)
    // It has gone somewhere, too.
    expect(Math.hypot(points[30]![0] - from[0], points[30]![1] - from[1])).toBeGreaterThan(0.3)
  })
})

describe('converge where simultaneous play does not', () => {
  /** A dynamics for any of the games, and the rate at which it is tried on xy; the Dirac-GAN turns half as fast. */
  const convergent: [name: string, rate: number, options?: object][] = [
    ['extragradient', 0.5],
    ['pastExtragradient', 0.4],
    ['optimistic', 0.4],
    ['negativeMomentum', 0.9, { momentum: -0.5 }],
    ['consensus', 0.3, { weight: 1 }],
    ['symplecticAdjustment', 0.3, { weight: 1 }],
    ['competitive', 1],
    ['lookahead', 0.5],
    ['unrolled', 0.3, { steps: 3 }],
  ]
  /** How far from the equilibrium players end, as a share of how far they began. */
  const distance = async (game: Toy, spec: unknown, rate: number, steps: number) => {
    const dynamics = registry.make('dynamics', spec)
    const points = await path({ game, dynamics, optimizer: sgd(rate) }, steps)
    return Math.hypot(...points.at(-1)!) / Math.hypot(...points[0]!)
  }
  const square = () =>
    bilinear({
      matrix: [
        [1, 0.3],
        [-0.2, 0.8],
      ],
      from: { x: [1, -2], y: [0.5, 1.5] },
    }) as unknown as Toy
  const toys: [string, () => Toy, factor: number, player: string][] = [
    ['xy', () => xy() as unknown as Toy, 1, 'x'],
    ['a bilinear game of two numbers each', square, 1, 'x'],
    ['the Dirac-GAN', () => minimaxDirac() as unknown as Toy, 2, 'generator'],
  ]

  it.each(toys)('on %s', async (_, game, factor, player) => {
    const left: Record<string, number> = {}
    for (const [name, base, options] of convergent) {
      const rate = base * factor
      const own = { competitive: { rate, iterations: 2 }, unrolled: { player } }[name]
      left[name] = await distance(game(), { name, ...options, ...own }, rate, 80)
      const plain = await distance(game(), 'simultaneous', rate, 30)
      expect(plain, `simultaneous, rate ${rate}`).toBeGreaterThan(1.5)
    }
    expect(Object.entries(left).filter(([, distance]) => !(distance < 0.05))).toEqual([])
  })
})
