import '@tensorflow/tfjs-backend-cpu'
import { setBackend, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { corePlugin } from '../core-plugin.ts'
import { sgd } from '../optimizers/sgd.ts'
import { createRegistry } from '../plugin.ts'
import { makeStep, type State } from '../step.ts'
import { entries, fromLeaves, type Tree } from '../tree.ts'
import { xy } from './games.fixture.ts'

const registry = createRegistry()
registry.use(corePlugin)
beforeAll(() => setBackend('cpu'))

const isCount = (path: string) => /(^|\/)(count|t)$/.test(path)

/**
 * The linear map that `steps` steps of a dynamics make of its state on xy, at rate h: parameters and everything the dynamics remembers, counts
 * aside. Found by taking every unit vector through it.
 */
async function linearMap(spec: unknown, h: number, steps = 1): Promise<number[][]> {
  const step = makeStep({ game: xy(), dynamics: registry.make('dynamics', spec), optimizer: sgd(h) })
  const first = step.init(0)
  const moving = (state: State) => ({ params: state.params, dynamics: state.dynamics }) as unknown as Tree
  const whole = entries<Tensor>(moving(first as unknown as State))
  const places = whole.filter(([path]) => !isCount(path))
  const columns: number[][] = []
  for (const [chosen] of places) {
    const unit = whole.map(([path, t]) => (isCount(path) ? t : tensor([path === chosen ? 1 : 0], t.shape)))
    let state = {
      ...first,
      ...(fromLeaves(moving(first as unknown as State), unit) as object),
    } as typeof first
    for (let i = 0; i < steps; i++) state = step.next(state, Array(step.draws).fill(null))
    const after = entries<Tensor>(moving(state as unknown as State)).filter(([path]) => !isCount(path))
    columns.push((await Promise.all(after.map(([, t]) => t.data()))).flatMap(d => [...d]))
  }
  return columns[0]!.map((_, i) => columns.map(column => column[i]!))
}

/** The spectral radius, as the limit of |T^n|^(1/n) by repeated squaring. */
function radius(matrix: number[][]): number {
  let [power, logarithm, n] = [matrix, 0, 1]
  for (let i = 0; i < 24; i++) {
    const size = Math.max(...power.flat().map(Math.abs))
    if (size === 0) return 0
    logarithm += Math.log(size) / n
    power = power.map(row => row.map(x => x / size))
    power = power.map(row => row.map((_, j) => row.reduce((sum, x, k) => sum + x * power[k]![j]!, 0)))
    n *= 2
  }
  return Math.exp(logarithm)
}

type Complex = readonly [re: number, im: number]
const product = ([a, b]: Complex, [c, d]: Complex): Complex => [a * c - b * d, a * d + b * c]
const size = (z: Complex) => Math.hypot(...z)
const raised = (z: Complex, k: number): Complex =>
  Array.from({ length: k }, () => z).reduce<Complex>(product, [1, 0])

/** The largest root of a monic polynomial, coefficients from the highest power on, by the method of Durand and Kerner. */
function largestRoot(coefficients: readonly number[]): number {
  const degree = coefficients.length - 1
  const value = (z: Complex) =>
    coefficients.reduce<Complex>(
      (sum, c) => {
        const [re, im] = product(sum, z)
        return [re + c, im]
      },
      [0, 0],
    )
  const roots: Complex[] = Array.from({ length: degree }, (_, i) => raised([0.4, 0.9], i))
  for (let round = 0; round < 500; round++)
    for (let i = 0; i < degree; i++) {
      const [re, im] = roots.reduce<Complex>(
        (p, other, j) => (i === j ? p : product(p, [roots[i]![0] - other[0], roots[i]![1] - other[1]])),
        [1, 0],
      )
      const [a, b] = product(value(roots[i]!), [re / (re * re + im * im), -im / (re * re + im * im)])
      roots[i] = [roots[i]![0] - a, roots[i]![1] - b]
    }
  return Math.max(...roots.map(size))
}

/** Spectral radii on xy, whose Jacobian has the eigenvalues +-i, at rate h. */
const published: [spec: { name: string }, radius: (h: number) => number, steps?: number][] = [
  [{ name: 'simultaneous' }, h => Math.sqrt(1 + h * h)],
  [{ name: 'alternating', order: { y: 1 } } as never, () => 1],
  // Gidel et al. 2019 (arXiv 1802.10551), section 3.2.
  [{ name: 'extragradient' }, h => Math.sqrt(1 - h ** 2 + h ** 4)],
  // l^2 - (1 - 2ih) l - ih = 0, the same for both: |l|^2 = (1 + sqrt(1 - 4 h^2)) / 2.
  [{ name: 'pastExtragradient' }, h => Math.sqrt((1 + Math.sqrt(1 - 4 * h * h)) / 2)],
  [{ name: 'optimistic' }, h => Math.sqrt((1 + Math.sqrt(1 - 4 * h * h)) / 2)],
  // Gidel et al. 2019 (arXiv 1807.04740), section 5: (l - 1)^2 (l - b)^2 + h^2 l^3 = 0 for b = -1/2.
  [{ name: 'negativeMomentum' }, h => largestRoot([1, h * h - 1, -0.75, 0.5, 0.25])],
  // Mescheder et al. 2017 (arXiv 1705.10461), section 4: +-i becomes weight +- i.
  [{ name: 'consensus', weight: 0.8 } as never, h => Math.hypot(1 - 0.8 * h, h)],
  // A game that only turns: the adjustment is that of consensus (Balduzzi et al. 2018, section 3).
  [{ name: 'symplecticAdjustment', weight: 0.8 } as never, h => Math.hypot(1 - 0.8 * h, h)],
  // I - h (I + hJ)^-1 J = (I + hJ)^-1 (Schaefer and Anandkumar 2019, section 3).
  [{ name: 'competitive' }, h => 1 / Math.sqrt(1 + h * h)],
  // x sees x (y + k h x): [[1 - 2 k h^2, -h], [h, 1]], of determinant 1 - 2 k h^2 + h^2, complex as long as k h < 1.
  [{ name: 'unrolled', player: 'x', steps: 2 } as never, h => Math.sqrt(1 - 3 * h * h)],
  [{ name: 'twoTimeScale', factors: { x: 4 } } as never, h => Math.sqrt(1 + 4 * h * h)],
  // Over k steps 1 - a + a (1 + ih)^k (Chavdarova et al. 2021, section 4.2).
  [
    { name: 'lookahead', k: 3, alpha: 0.5 } as never,
    h => size([0.5 + 0.5 * raised([1, h], 3)[0], 0.5 * raised([1, h], 3)[1]]),
    3,
  ],
  // Against the present, which the pool holds once, and the past: 3 (l^2 - l) = -+ih (2 l + 1).
  [
    { name: 'fictitiousPlay', pool: 2, every: 1 } as never,
    h => largestRoot([1, -2, 1 + (4 * h * h) / 9, (4 * h * h) / 9, (h * h) / 9]),
  ],
  [{ name: 'bestResponseAveraging', moves: 2, weight: 0.5 } as never, h => Math.sqrt(1 + h * h)],
]

describe('the spectral radius on xy', () => {
  it.each(published)('%j', async (spec, exact, steps = 1) => {
    for (const h of [0.1, 0.45]) {
      const own = spec.name === 'competitive' ? { rate: h } : {}
      // To the accuracy with which single precision holds a step.
      expect(
        Math.abs(radius(await linearMap({ ...spec, ...own }, h, steps)) - exact(h)),
        `h ${h}`,
      ).toBeLessThan(1e-6)
    }
  })

  it('is known for every dynamics that is linear on xy', () => {
    const known = published.map(([{ name }]) => name)
    // Loss-balanced play chooses by the costs, which are not linear.
    expect([...known, 'lossBalanced'].sort()).toEqual(registry.names('dynamics'))
  })

  it('is below 1 where theory says so, and only there', () => {
    const below = published.filter(([, exact]) => exact(0.3) < 1).map(([{ name }]) => name)
    expect(below).toEqual([
      'extragradient',
      'pastExtragradient',
      'optimistic',
      'negativeMomentum',
      'consensus',
      'symplecticAdjustment',
      'competitive',
      'unrolled',
      'lookahead',
    ])
  })
})
