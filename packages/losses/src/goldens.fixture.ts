/** Rows of critic outputs: numbers, or vectors. */
export type Rows<R = number> = readonly R[]
type Vector = readonly number[]

/** A loss as written in its paper, in double precision and without the factor 1/2; nothing stable about it. */
export interface Golden<R = number> {
  critic(real: Rows<R>, fake: Rows<R>): number
  generator(real: Rows<R>, fake: Rows<R>): number
  readonly zeroSum: boolean
  /** J(D), J(G) where the critic says 0 of everything (for logits D = 1/2). */
  readonly atZero?: readonly [critic: number, generator: number]
}

const mean = (xs: Rows) => xs.reduce((a, b) => a + b, 0) / xs.length
const E = <R>(rows: Rows<R>, f: (row: R) => number) => mean(rows.map(f))
const EE = <R>(a: Rows<R>, b: Rows<R>, f: (x: R, y: R) => number) => E(a, x => E(b, y => f(x, y)))
const others = <R>(a: Rows<R>, f: (x: R, y: R) => number) =>
  mean(a.flatMap((x, i) => a.filter((_, j) => j !== i).map(y => f(x, y))))

export const D = (logit: number) => 1 / (1 + Math.exp(-logit))
const logD = (logit: number) => Math.log(D(logit))
const log1mD = (logit: number) => Math.log(1 - D(logit))

const vanilla = (real: Rows, fake: Rows) => -E(real, logD) - E(fake, log1mD)
const smoothed = (a: number) => (real: Rows, fake: Rows) =>
  -a * E(real, logD) - (1 - a) * E(real, log1mD) - E(fake, log1mD)

/** An f-divergence as in the tables of the f-GAN paper: activation and conjugate. */
export interface FDivergence {
  f(u: number): number
  derivative(u: number): number
  activation(v: number): number
  conjugate(t: number): number
}

export const fDivergences: Record<string, FDivergence> = {
  kl: {
    f: u => u * Math.log(u),
    derivative: u => 1 + Math.log(u),
    activation: v => v,
    conjugate: t => Math.exp(t - 1),
  },
  reverseKl: {
    f: u => -Math.log(u),
    derivative: u => -1 / u,
    activation: v => -Math.exp(-v),
    conjugate: t => -1 - Math.log(-t),
  },
  pearson: {
    f: u => (u - 1) ** 2,
    derivative: u => 2 * (u - 1),
    activation: v => v,
    conjugate: t => t ** 2 / 4 + t,
  },
  squaredHellinger: {
    f: u => (Math.sqrt(u) - 1) ** 2,
    derivative: u => (Math.sqrt(u) - 1) * Math.sqrt(1 / u),
    activation: v => 1 - Math.exp(-v),
    conjugate: t => t / (1 - t),
  },
  jensenShannon: {
    f: u => -(u + 1) * Math.log((1 + u) / 2) + u * Math.log(u),
    derivative: u => Math.log((2 * u) / (u + 1)),
    activation: v => Math.log(2) - Math.log(1 + Math.exp(-v)),
    conjugate: t => -Math.log(2 - Math.exp(t)),
  },
  gan: {
    f: u => u * Math.log(u) - (u + 1) * Math.log(u + 1),
    derivative: u => Math.log(u / (u + 1)),
    activation: v => -Math.log(1 + Math.exp(-v)),
    conjugate: t => -Math.log(1 - Math.exp(t)),
  },
  totalVariation: {
    f: u => Math.abs(u - 1) / 2,
    derivative: u => Math.sign(u - 1) / 2,
    activation: v => Math.tanh(v) / 2,
    conjugate: t => t,
  },
}

/** The alpha divergence of its appendix, with the activation of ours that makes v the logarithm of the density ratio. */
export const alphaDivergence = (a: number): FDivergence => ({
  f: u => (u ** a - 1 - a * (u - 1)) / (a * (a - 1)),
  derivative: u => (u ** (a - 1) - 1) / (a - 1),
  activation: v => (Math.exp(v) ** (a - 1) - 1) / (a - 1),
  conjugate: t => (t * (a - 1) + 1) ** (a / (a - 1)) / a - 1 / a,
})

const fGan = ({ activation: g, conjugate }: FDivergence): Golden => ({
  critic: (real, fake) => -E(real, g) + E(fake, v => conjugate(g(v))),
  generator: (_, fake) => -E(fake, v => conjugate(g(v))),
  zeroSum: true,
})

/** With the generator of its section 3.2. Where f*(T) is T, as of the total variation, it is the saddle's. */
const alternativeFGan = (f: FDivergence, zeroSum = false): Golden => ({
  ...fGan(f),
  generator: (_, fake) => -E(fake, f.activation),
  zeroSum,
})

const pairs = (real: Rows, fake: Rows, f: (lead: number) => number) =>
  E(
    real.map((r, i) => r - fake[i]!),
    f,
  )
const pairing = (f: (lead: number) => number): Golden => ({
  critic: (real, fake) => pairs(real, fake, f),
  generator: (real, fake) => pairs(fake, real, f),
  zeroSum: false,
})

// Relativistic average: cost of a row as real, cost of a row as fake.
const average = (asReal: (x: number) => number, asFake: (x: number) => number): Golden => ({
  critic: (real, fake) => E(real, r => asReal(r - mean(fake))) + E(fake, f => asFake(f - mean(real))),
  generator: (real, fake) => E(fake, f => asReal(f - mean(real))) + E(real, r => asFake(r - mean(fake))),
  zeroSum: false,
})

const distance = (a: Vector, b: Vector) => Math.hypot(...a.map((x, i) => x - b[i]!))
const origin = (a: Vector) => a.map(() => 0)

const discrepancy = (k: (a: Vector, b: Vector) => number, unbiased: boolean): Golden<Vector> => {
  const among = (rows: Rows<Vector>) => (unbiased ? others(rows, k) : EE(rows, rows, k))
  const squared = (x: Rows<Vector>, y: Rows<Vector>) => among(x) + among(y) - 2 * EE(x, y, k)
  return { critic: (x, y) => -squared(x, y), generator: squared, zeroSum: true }
}

const rationalQuadratic = (alphas: Rows) => (a: Vector, b: Vector) =>
  alphas.reduce((sum, alpha) => sum + (1 + distance(a, b) ** 2 / (2 * alpha)) ** -alpha, 0)
const gaussian = (sigmas: Rows) => (a: Vector, b: Vector) =>
  sigmas.reduce((sum, s) => sum + Math.exp(-(distance(a, b) ** 2) / (2 * s * s)), 0)

const { LN2 } = Math

/** Losses by name or name with options, and what they must be. */
export const goldens: readonly (readonly [
  spec: string | ({ name: string } & Record<string, unknown>),
  Golden,
])[] = [
  ['minimax', { critic: vanilla, generator: (_, f) => E(f, log1mD), zeroSum: true, atZero: [2 * LN2, -LN2] }],
  [
    { name: 'minimax', realLabel: 0.9 },
    { critic: smoothed(0.9), generator: (_, f) => E(f, log1mD), zeroSum: true, atZero: [2 * LN2, -LN2] },
  ],
  [
    'nonSaturating',
    { critic: vanilla, generator: (_, f) => -E(f, logD), zeroSum: false, atZero: [2 * LN2, LN2] },
  ],
  [
    { name: 'nonSaturating', realLabel: 0.7 },
    { critic: smoothed(0.7), generator: (_, f) => -E(f, logD), zeroSum: false, atZero: [2 * LN2, LN2] },
  ],
  [
    'maximumLikelihood',
    {
      critic: vanilla,
      generator: (_, fake) => E(fake, f => -D(f) / (1 - D(f))),
      zeroSum: false,
      atZero: [2 * LN2, -1],
    },
  ],
  [
    'leastSquares',
    {
      critic: (real, fake) => E(real, r => (r - 1) ** 2) + E(fake, f => f ** 2),
      generator: (_, fake) => E(fake, f => (f - 1) ** 2),
      zeroSum: false,
      atZero: [1, 1],
    },
  ],
  [
    { name: 'leastSquares', a: -1, b: 1, c: 0 },
    {
      critic: (real, fake) => E(real, r => (r - 1) ** 2) + E(fake, f => (f + 1) ** 2),
      generator: (_, fake) => E(fake, f => f ** 2),
      zeroSum: false,
      atZero: [2, 0],
    },
  ],
  [
    'hinge',
    {
      critic: (real, fake) => E(real, r => Math.max(0, 1 - r)) + E(fake, f => Math.max(0, 1 + f)),
      generator: (_, fake) => -mean(fake),
      zeroSum: false,
      atZero: [2, 0],
    },
  ],
  [
    'wasserstein',
    {
      critic: (real, fake) => mean(fake) - mean(real),
      generator: (_, fake) => -mean(fake),
      zeroSum: true,
      atZero: [0, 0],
    },
  ],
  ['relativisticPairing', { ...pairing(lead => -logD(lead)), atZero: [LN2, LN2] }],
  [
    { name: 'relativisticPairing', comparison: 'leastSquares' },
    { ...pairing(lead => (lead - 1) ** 2), atZero: [1, 1] },
  ],
  [
    { name: 'relativisticPairing', comparison: 'hinge' },
    { ...pairing(lead => Math.max(0, 1 - lead)), atZero: [1, 1] },
  ],
  [
    'relativisticAverage',
    {
      ...average(
        x => -logD(x),
        x => -log1mD(x),
      ),
      atZero: [2 * LN2, 2 * LN2],
    },
  ],
  [
    { name: 'relativisticAverage', comparison: 'leastSquares' },
    {
      ...average(
        x => (x - 1) ** 2,
        x => (x + 1) ** 2,
      ),
      atZero: [2, 2],
    },
  ],
  [
    { name: 'relativisticAverage', comparison: 'hinge' },
    {
      ...average(
        x => Math.max(0, 1 - x),
        x => Math.max(0, 1 + x),
      ),
      atZero: [2, 2],
    },
  ],
  ...Object.entries(fDivergences).map(([divergence, f]) => [{ name: 'fGan', divergence }, fGan(f)] as const),
  ...[0.5, 2, -0.5, 0.001, 0.01, 0.99].map(
    alpha => [{ name: 'fGan', divergence: 'alpha', alpha }, fGan(alphaDivergence(alpha))] as const,
  ),
  ...Object.entries(fDivergences).map(
    ([divergence, f]) =>
      [
        { name: 'fGan', divergence, generator: 'alternative' },
        alternativeFGan(f, divergence === 'totalVariation'),
      ] as const,
  ),
  [{ name: 'fGan', divergence: 'alpha', generator: 'alternative' }, alternativeFGan(alphaDivergence(0.5))],
]

const sum = (xs: Rows) => xs.reduce((a, b) => a + b, 0)
const contrast = (a: Rows, b: Rows) =>
  -E(a, x => Math.log(Math.exp(x) / (Math.exp(x) + sum(b.map(Math.exp)))))
const dual = (real: Rows, fake: Rows) =>
  contrast(real, fake) +
  contrast(
    fake.map(f => -f),
    real.map(r => -r),
  )
const logZ = (real: Rows, fake: Rows) => Math.log(sum([...real, ...fake].map(Math.exp)))
const best = (fake: Rows, share = 0.5) =>
  fake.toSorted((a, b) => b - a).slice(0, Math.max(1, Math.round(share * fake.length)))

/** Losses of logits that look at batches as a whole. */
export const batchGoldens: typeof goldens = [
  ['dualContrastive', { critic: dual, generator: (r, f) => -dual(r, f), zeroSum: true }],
  [
    { name: 'dualContrastive', generator: 'alternative' },
    { critic: dual, generator: (r, f) => dual(f, r), zeroSum: false },
  ],
  [
    'softmaxGan',
    {
      critic: (r, f) => logZ(r, f) - mean(r),
      generator: (r, f) => logZ(r, f) - mean([...r, ...f]),
      zeroSum: false,
    },
  ],
  ['topK', { critic: vanilla, generator: (_, f) => -E(best(f), logD), zeroSum: false }],
  [
    { name: 'topK', share: 0.7 },
    { critic: vanilla, generator: (_, f) => -E(best(f, 0.7), logD), zeroSum: false },
  ],
  [
    { name: 'topK', loss: 'minimax', share: 1 },
    { critic: vanilla, generator: (_, f) => E(f, log1mD), zeroSum: true },
  ],
]

/** Losses of energies. */
export const energyGoldens: typeof goldens = [
  [
    'ebgan',
    {
      critic: (real, fake) => mean(real) + E(fake, f => Math.max(0, 1 - f)),
      generator: (_, fake) => mean(fake),
      zeroSum: false,
      atZero: [1, 0],
    },
  ],
  // At the start its balance is 0.
  [
    'began',
    { critic: real => mean(real), generator: (_, fake) => mean(fake), zeroSum: false, atZero: [0, 0] },
  ],
]

/** Losses of vectors. */
export const vectorGoldens: readonly (readonly [
  spec: string | ({ name: string } & Record<string, unknown>),
  Golden<Vector>,
])[] = [
  ['mmd', discrepancy(rationalQuadratic([0.2, 0.5, 1, 2, 5]), true)],
  [{ name: 'mmd', kernel: 'gaussian' }, discrepancy(gaussian([1, 2, 4, 8, 16]), true)],
  [{ name: 'mmd', kernel: 'gaussian', scales: [0.7], unbiased: false }, discrepancy(gaussian([0.7]), false)],
  [
    'repulsiveMmd',
    {
      critic: (x, y) => others(x, gaussian([1])) - others(y, gaussian([1])),
      generator: discrepancy(gaussian([1]), true).generator,
      zeroSum: false,
    },
  ],
  ['energyDistance', discrepancy((a, b) => -distance(a, b), true)],
  [{ name: 'energyDistance', unbiased: false }, discrepancy((a, b) => -distance(a, b), false)],
  [
    'cramer',
    {
      critic: (x, y) =>
        others(y, distance) -
        E(y, b => distance(b, origin(b))) -
        (EE(x, y, distance) - E(x, a => distance(a, origin(a)))),
      generator: (x, y) => 2 * EE(x, y, distance) - others(y, distance),
      zeroSum: false,
    },
  ],
]
