import '@tensorflow/tfjs-backend-cpu'
import { setBackend, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { corePlugin } from '../core-plugin.ts'
import { quadratic } from '../games/quadratic.ts'
import { sgd } from '../optimizers/sgd.ts'
import { createRegistry } from '../plugin.ts'
import { makeStep, type State } from '../step.ts'
import { entries, fromLeaves, type Tree } from '../tree.ts'

const registry = createRegistry()
registry.use(corePlugin)
beforeAll(() => setBackend('cpu'))

const isCount = (path: string) => /(^|\/)(count|t)$/.test(path)

/** x minimises a x^2 / 2 + bxy, y minimises a y^2 / 2 - bxy: the Jacobian has the eigenvalues a +- ib. */
const spiral = ([a, b]: Complex) =>
  quadratic({
    costs: {
      x: {
        matrix: [
          [a, b],
          [b, 0],
        ],
      },
      y: {
        matrix: [
          [0, -b],
          [-b, a],
        ],
      },
    },
  })

/**
 * The linear map that `steps` steps of a dynamics make of its state, at rate h: parameters and everything the dynamics remembers, counts
 * aside. Found by taking every unit vector through it.
 */
async function linearMap(eigenvalue: Complex, spec: unknown, h: number, steps = 1): Promise<number[][]> {
  const dynamics = registry.make('dynamics', spec)
  const step = makeStep({ game: spiral(eigenvalue), dynamics, optimizer: sgd(h) })
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
const real = (x: number): Complex => [x, 0]
const sum = (...all: Complex[]): Complex => [
  all.reduce((s, z) => s + z[0], 0),
  all.reduce((s, z) => s + z[1], 0),
]
const product = (...all: Complex[]): Complex =>
  all.reduce(([a, b], [c, d]) => [a * c - b * d, a * d + b * c], real(1))
const inverse = ([a, b]: Complex): Complex => [a / (a * a + b * b), -b / (a * a + b * b)]
const size = (z: Complex) => Math.hypot(...z)
const raised = (z: Complex, k: number) => product(...Array<Complex>(k).fill(z))
const root = (z: Complex): Complex => {
  const re = Math.sqrt((size(z) + z[0]) / 2)
  return [re, (z[1] < 0 ? -1 : 1) * Math.sqrt((size(z) - z[0]) / 2)]
}

/** The larger root of l^2 + pl + q = 0, in size. */
function larger(p: Complex, q: Complex): number {
  const discriminant = root(sum(product(p, p), product(real(-4), q)))
  const half = (sign: number) =>
    product(real(0.5), sum(product(real(-1), p), product(real(sign), discriminant)))
  return Math.max(size(half(1)), size(half(-1)))
}

/** The spectral radius of a matrix of two rows, by its characteristic polynomial. */
const ofMatrix = ([[a, b], [c, d]]: readonly [Complex, Complex]) => larger(real(-a - d), real(a * d - b * c))

/** The largest root of a monic polynomial, coefficients from the highest power on, by the method of Durand and Kerner. */
function largestRoot(coefficients: readonly number[]): number {
  const degree = coefficients.length - 1
  const value = (z: Complex) => coefficients.reduce((v, c) => sum(product(v, z), real(c)), real(0))
  const roots = Array.from({ length: degree }, (_, i) => raised([0.4, 0.9], i))
  const minus = (z: Complex) => product(real(-1), z)
  for (let round = 0; round < 500; round++)
    for (let i = 0; i < degree; i++) {
      const apart = product(...roots.filter((_, j) => j !== i).map(other => sum(roots[i]!, minus(other))))
      roots[i] = sum(roots[i]!, minus(product(value(roots[i]!), inverse(apart))))
    }
  return Math.max(...roots.map(size))
}

interface Published {
  readonly spec: { readonly name: string; readonly [option: string]: unknown }
  /** The spectral radius at rate h where the Jacobian has the eigenvalue l = a + ib and its conjugate. */
  readonly radius: (h: number, l: Complex) => number
  /** Steps that make up one map. */
  readonly steps?: number
  /** Only for l = i: for xy. */
  readonly turning?: true
}

/** 1 - h m. */
const step = (h: number, m: Complex) => sum(real(1), product(real(-h), m))

const published: Published[] = [
  { spec: { name: 'simultaneous' }, radius: (h, l) => size(step(h, l)) },
  // y first, then x against it.
  {
    spec: { name: 'alternating', order: { y: 1 } },
    radius: (h, [a, b]) =>
      ofMatrix([
        [1 - h * a - h * h * b * b, -h * b * (1 - h * a)],
        [h * b, 1 - h * a],
      ]),
  },
  // Gidel et al. 2019 (arXiv 1802.10551), section 3.2.
  { spec: { name: 'extragradient' }, radius: (h, l) => size(step(h, product(l, step(h, l)))) },
  // m^2 - (1 - 2hl) m - hl = 0, the same for both; on xy |m|^2 = (1 + sqrt(1 - 4 h^2)) / 2.
  {
    spec: { name: 'pastExtragradient' },
    radius: (h, l) => larger(sum(real(-1), product(real(2 * h), l)), product(real(-h), l)),
  },
  {
    spec: { name: 'optimistic' },
    radius: (h, l) => larger(sum(real(-1), product(real(2 * h), l)), product(real(-h), l)),
  },
  // Gidel et al. 2019 (arXiv 1807.04740), section 5: (m - 1)^2 (m - b)^2 + h^2 m^3 = 0 for b = -1/2.
  {
    spec: { name: 'negativeMomentum' },
    radius: h => largestRoot([1, h * h - 1, -0.75, 0.5, 0.25]),
    turning: true,
  },
  // J + weight J^T J (Mescheder et al. 2017, arXiv 1705.10461, section 4).
  {
    spec: { name: 'consensus', weight: 0.3 },
    radius: (h, l) => size(step(h, sum(l, real(0.3 * size(l) ** 2)))),
  },
  // J + weight A^T J, where A^T is -ib (Balduzzi et al. 2018, arXiv 1802.05642, section 3).
  {
    spec: { name: 'symplecticAdjustment', weight: 0.3 },
    radius: (h, l) => size(step(h, sum(l, product([0, -0.3 * l[1]], l)))),
  },
  // (I + hM)^-1 J, where M is ib; on xy the map is (I + hJ)^-1 (Schaefer and Anandkumar 2019, arXiv 1905.12103, section 2).
  { spec: { name: 'competitive' }, radius: (h, l) => size(step(h, product(l, inverse([1, h * l[1]])))) },
  // y after two moves is r^2 y + s x with r = 1 - ha and s = hb (1 + r); x moves on a x^2 / 2 + b x (r^2 y + s x).
  {
    spec: { name: 'unrolled', player: 'x', steps: 2 },
    radius: (h, [a, b]) =>
      ofMatrix([
        [1 - h * (a + 2 * h * b * b * (2 - h * a)), -h * b * (1 - h * a) ** 2],
        [h * b, 1 - h * a],
      ]),
  },
  {
    spec: { name: 'twoTimeScale', factors: { x: 2 } },
    radius: (h, [a, b]) =>
      ofMatrix([
        [1 - 2 * h * a, -2 * h * b],
        [h * b, 1 - h * a],
      ]),
  },
  // Over k steps 1 - alpha + alpha (1 - hl)^k (Chavdarova et al. 2021, arXiv 2006.14567, section 4.2).
  {
    spec: { name: 'lookahead', k: 3, alpha: 0.5 },
    radius: (h, l) => size(sum(real(0.5), product(real(0.5), raised(step(h, l), 3)))),
    steps: 3,
  },
  // Oneself as one is, the other two thirds present and one third past: m^2 = m - h (a m + ib (2m + 1) / 3).
  {
    spec: { name: 'fictitiousPlay', pool: 2, every: 1 },
    radius: (h, [a, b]) => larger([h * a - 1, (2 * h * b) / 3], [0, (h * b) / 3]),
  },
  // Answers of two moves: r^2 x - hb (1 + r) y with r = 1 - ha.
  {
    spec: { name: 'bestResponseAveraging', moves: 2, weight: 0.5 },
    radius: (h, [a, b]) => size([0.5 + 0.5 * (1 - h * a) ** 2, 0.5 * h * b * (2 - h * a)]),
  },
]

const xy: Complex = [0, 1]

describe('the spectral radius is the published one', () => {
  it.each(published)('$spec', async ({ spec, radius: exact, steps, turning }) => {
    for (const l of turning ? [xy] : [xy, [0.5, 1.5] as const])
      for (const h of [0.1, 0.45]) {
        const own = spec.name === 'competitive' ? { rate: h } : {}
        const found = radius(await linearMap(l, { ...spec, ...own }, h, steps))
        // To the accuracy with which single precision holds a step.
        expect(Math.abs(found - exact(h, l)), `h ${h}, eigenvalue ${l}`).toBeLessThan(2e-6)
      }
  })

  it('for every dynamics that is linear where the game is', () => {
    const known = published.map(({ spec }) => spec.name)
    // Loss-balanced play chooses by the costs, which are not linear.
    expect([...known, 'lossBalanced'].sort()).toEqual(registry.names('dynamics'))
  })

  it('and on xy below 1 where theory says so, and only there', () => {
    const below = published.filter(({ radius }) => radius(0.3, xy) < 1 - 1e-9).map(({ spec }) => spec.name)
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
    const known = (name: string) => published.find(({ spec }) => spec.name === name)!.radius(0.3, xy)
    expect(known('simultaneous')).toBeCloseTo(Math.sqrt(1.09), 12)
    expect(known('alternating')).toBeCloseTo(1, 12)
    expect(known('extragradient')).toBeCloseTo(Math.sqrt(1 - 0.3 ** 2 + 0.3 ** 4), 12)
    expect(known('optimistic')).toBeCloseTo(Math.sqrt((1 + Math.sqrt(1 - 4 * 0.09)) / 2), 12)
    expect(known('competitive')).toBeCloseTo(1 / Math.sqrt(1.09), 12)
  })
})
