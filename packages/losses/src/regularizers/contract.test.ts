import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { registerWasmKernels } from '@equilibria/backends'
import { corePlugin, costedBy, createRegistry, fold, normals, type Tree, uniforms } from '@equilibria/core'
import {
  FLOAT64,
  type GradientCase,
  gradientFaults,
  gradientReports,
  registerFloat64,
  tensor64,
} from '@equilibria/core/testing'
import {
  add,
  fill,
  matMul,
  memory,
  reshape,
  scalar,
  setBackend,
  square,
  type Tensor,
  tanh,
  tidy,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { lossesPlugin } from '../plugin.ts'
import { regularizerContract } from '../testing.ts'
import {
  average,
  bias,
  D,
  dot,
  drawn,
  fake,
  features,
  flippedAndShifted,
  G,
  gradD,
  height,
  k,
  kernel,
  knownScene,
  latents,
  minus,
  n,
  past,
  pulled,
  type Row,
  real,
  rowsOf,
  squares,
  width,
} from './known-scene.fixture.ts'

const registry = createRegistry()
registry.use(corePlugin)
registry.use(lossesPlugin)

/** A regularizer by name, with its value on the known scene as the paper has it, in double precision. */
interface Golden {
  /** Options by name besides the defaults. */
  readonly with?: object
  readonly value: () => number
  /** What its slot holds; for those that carry state. */
  readonly slot?: () => Tree
}

const norms = (points: readonly Row[]) => points.map(x => Math.sqrt(squares(gradD(x))))
const share = uniforms(fold(k, 'gradientPenalty'), n)
const between = real.map((x, i) => x.map((xj, j) => xj + share[i]! * (fake[i]![j]! - xj)))
const around = (deviation: number) => {
  const all = real.flat()
  const spread = Math.sqrt(average(all.map(x => (x - average(all)) ** 2)))
  const noise = normals(fold(k, 'dragan'), all.length)
  return real.map((x, i) => x.map((xj, j) => xj + deviation * spread * noise[i * x.length + j]!))
}
const excess = (points: readonly Row[], target: number) => average(norms(points).map(g => (g - target) ** 2))
const squaredDifference = (xs: readonly Row[], ys: readonly Row[]) =>
  average(xs.map((x, i) => (D(x) - D(ys[i]!)) ** 2))
const disturbed = (deviation: number) => {
  const noise = normals(fold(k, 'latentConsistency'), 2 * n)
  return latents.map((z, i) => G(z.map((zj, j) => zj + Math.fround(deviation) * noise[2 * i + j]!)))
}
const balanced = fold(k, 'balancedConsistency')
const meanOf = (rows: readonly Row[]) => rows[0]!.map((_, j) => average(rows.map(r => r[j]!)))
const unmatched = (layer: number) =>
  minus(meanOf(real.map(x => features(x)[layer]!)), meanOf(fake.map(x => features(x)[layer]!)))
const absolute = (x: Row) => average(x.map(Math.abs))
const nextOf = (rows: readonly Row[]) => [...rows.slice(1), rows[0]!]
const lengths = (() => {
  const y = normals(fold(k, 'pathLength'), real.flat().length).map(v => v / Math.sqrt(height * width))
  const size = height * width
  return latents.map((z, i) => Math.sqrt(squares(pulled(z, [...y.slice(i * size, (i + 1) * size)]))))
})()
const products = (matrix: readonly Row[]) =>
  matrix[0]!.map((_, i) =>
    matrix[0]!.map((_, j) =>
      dot(
        matrix.map(r => r[i]!),
        matrix.map(r => r[j]!),
      ),
    ),
  )
const [aReal, aFake, aLength] = [0.3, -1.2, 0.7].map(Math.fround) as [number, number, number]

const goldens: Record<string, readonly Golden[]> = {
  r1: [
    { value: () => average(real.map(x => squares(gradD(x)))) / 2 },
    { with: { gamma: 3 }, value: () => 1.5 * average(real.map(x => squares(gradD(x)))) },
  ],
  r2: [{ value: () => average(fake.map(x => squares(gradD(x)))) / 2 }],
  gradientPenalty: [
    { value: () => 10 * excess(between, 1) },
    {
      with: { sided: 'one', target: 2.5, weight: 1 },
      value: () => average(norms(between).map(g => Math.max(0, g - 2.5) ** 2)),
    },
    { with: { sided: 'zero', weight: 2 }, value: () => 2 * average(norms(between).map(g => g * g)) },
  ],
  dragan: [
    { value: () => 10 * excess(around(0.5), 1) },
    {
      with: { sided: 'zero', weight: 1, deviation: 0.25 },
      value: () => average(norms(around(0.25)).map(g => g * g)),
    },
  ],
  leCam: [
    {
      value: () =>
        Math.fround(0.3) *
        (average(real.map(x => (D(x) - aFake) ** 2)) + average(fake.map(x => (D(x) - aReal) ** 2))),
      slot: () => ({ real: tensor64([aReal], []), fake: tensor64([aFake], []) }),
    },
  ],
  consistency: [
    {
      value: () => 10 * squaredDifference(real, flippedAndShifted(real, fold(k, 'consistency'), 4, 0.5)),
    },
    {
      with: { weight: 1, augmentation: { name: 'flipAndShift', shift: 2, flip: 1 } },
      value: () => squaredDifference(real, flippedAndShifted(real, fold(k, 'consistency'), 2, 1)),
    },
  ],
  balancedConsistency: [
    {
      with: { real: 3, fake: 2 },
      value: () =>
        3 * squaredDifference(real, flippedAndShifted(real, fold(balanced, 'real'), 4, 0.5)) +
        2 * squaredDifference(fake, flippedAndShifted(fake, fold(balanced, 'fake'), 4, 0.5)),
    },
  ],
  latentConsistency: [{ value: () => 5 * squaredDifference(fake, disturbed(0.05)) }],
  latentSensitivity: [
    { value: () => -0.5 * average(fake.map((x, i) => squares(minus(x, disturbed(0.05)[i]!)))) },
    {
      with: { deviation: 0.5, weight: 1 },
      value: () => -average(fake.map((x, i) => squares(minus(x, disturbed(0.5)[i]!)))),
    },
  ],
  featureMatching: [
    { value: () => squares(unmatched(1)) },
    { with: { layers: 'all', weight: 2 }, value: () => 2 * (squares(unmatched(0)) + squares(unmatched(1))) },
    { with: { distance: 'mean' }, value: () => absolute(unmatched(1)) },
  ],
  modeSeeking: [
    {
      value: () => {
        const apart = absolute(fake.flat().map((x, i) => x - nextOf(latents).flatMap(G)[i]!))
        const steps = absolute(latents.flat().map((z, i) => z - nextOf(latents).flat()[i]!))
        return 1 / (apart / steps + 1e-5)
      },
    },
  ],
  pathLength: [
    {
      value: () => 2 * average(lengths.map(l => (l - aLength) ** 2)),
      slot: () => ({ length: tensor64([aLength], []) }),
    },
  ],
  latentTransport: [{ value: () => average(latents.map((z, i) => squares(minus(z, drawn[i]!)))) }],
  historicalAveraging: [
    {
      with: { weight: 0.5 },
      value: () =>
        0.5 * (squares(minus(kernel.flat(), past.kernel.flat())) + squares(minus(bias, past.bias))),
      slot: () => ({
        mean: { kernel: rowsOf(past.kernel, [3]), bias: tensor64(past.bias, [3]) },
        t: scalar(4),
      }),
    },
  ],
  orthogonalPenalty: [
    {
      with: { weight: 1 },
      value: () => squares(products(kernel).flatMap((row, i) => row.filter((_, j) => i !== j))),
    },
    {
      with: { weight: 0.5, target: 'full' },
      value: () =>
        0.5 * squares(products(kernel).flatMap((row, i) => row.map((p, j) => p - (i === j ? 1 : 0)))),
    },
  ],
  every: [
    { with: { k: 4, term: 'r1' }, value: () => 2 * average(real.map(x => squares(gradD(x)))) },
    {
      with: { k: 4, term: { name: 'leCam', weight: 1 } },
      value: () =>
        4 * (average(real.map(x => (D(x) - aFake) ** 2)) + average(fake.map(x => (D(x) - aReal) ** 2))),
      slot: () => ({ real: tensor64([aReal], []), fake: tensor64([aFake], []) }),
    },
  ],
}

const named = Object.entries(goldens).flatMap(([name, list]) =>
  list.map(golden => ({
    title: JSON.stringify({ name, ...golden.with }),
    ...golden,
    term: registry.make('regularizers', { name, ...golden.with }),
  })),
)

it('every regularizer has golden values', () => {
  const without = registry.names('regularizers').filter(name => !goldens[name])
  expect(without, 'add them to the table').toEqual([])
})

describe('golden values, in double precision', () => {
  beforeAll(async () => {
    registerFloat64()
    await setBackend(FLOAT64)
  })

  it.each(named)('$title', async ({ term, value, slot }) => {
    const before = memory().numTensors
    const found = tidy(() => costedBy(term, knownScene(slot?.(), 3)).cost)
    const [got, expected] = [(await found.data())[0]!, value()]
    expect(Math.abs(expected)).toBeGreaterThan(1e-3)
    expect(Math.abs(got / expected - 1), `got ${got}, expected ${expected}`).toBeLessThan(1e-6)
    found.dispose()
    expect(memory().numTensors).toBe(before)
  })
})

describe.each(['cpu', 'wasm'])('the contract, on %s', backend => {
  beforeAll(async () => {
    registerWasmKernels()
    await setBackend(backend)
  })

  it.each(named)('is kept by $title', async ({ term }) => {
    expect(await regularizerContract(term)).toEqual([])
  })
})

describe('derivatives', () => {
  /** The term as a function of real rows, latents, the critic's and the generator's parameters. */
  const derivativesOf = ({ title, term, slot }: (typeof named)[number]): GradientCase => ({
    name: title,
    inputs: [
      { shape: [2, 5, 5, 1] },
      { shape: [2, 2] },
      { shape: [25, 3] },
      { shape: [3, 1] },
      { shape: [2, 25] },
      { shape: [2, 25] },
    ],
    f: (...xs) => {
      const [x, z, kernel, out, first, second] = xs as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]
      const hidden = (rows: Tensor) => tanh(matMul(reshape(rows, [2, 25]), kernel))
      const critic = (rows: Tensor) => reshape(matMul(hidden(rows), out), [2])
      const generate = (z: Tensor) =>
        reshape(tanh(add(matMul(z, first), matMul(square(z), second))), [2, 5, 5, 1])
      const own = { kernel, out }
      const made = generate(z)
      return costedBy(term, {
        key: k,
        critic,
        features: rows => [hidden(rows)],
        real: x,
        fake: made,
        onReal: () => critic(x),
        onFake: () => critic(made),
        latents: z,
        drawn: square(z),
        generate,
        own,
        slot: slot && slotFor(title, own),
        clock: { step: scalar(3), due: () => true },
      }).cost
    },
  })
  const slotFor = (title: string, own: { kernel: Tensor; out: Tensor }): Tree =>
    title.includes('historical')
      ? { mean: { kernel: fill(own.kernel.shape, 0.2), out: fill(own.out.shape, -0.1) }, t: scalar(2) }
      : { real: scalar(0.3), fake: scalar(-0.4), length: scalar(0.6) }

  it('agree with finite differences to second order, mixed ones included, and on cpu with double precision', async () => {
    await setBackend('cpu')
    const cases = named.map(derivativesOf)
    const reports = await gradientReports(cases, { backends: ['cpu'], seed: 5 })
    expect(cases.flatMap((c, i) => gradientFaults(c, reports[i]!))).toEqual([])
  })
})

describe('bad options are refused when a term is made', () => {
  it.each([
    [
      { name: 'dragan', deviation: 0 },
      'dragan: deviation must be a number > 0, got 0; for points on the data use r1',
    ],
    [{ name: 'dragan', weight: -1 }, 'dragan: weight must be a number >= 0, got -1; 10 is usual'],
    [
      { name: 'dragan', target: 0 },
      'dragan: target must be a number > 0, got 0; for target 0 use sided: "zero"',
    ],
    [{ name: 'leCam', weight: -1 }, 'leCam: weight must be a number >= 0, got -1'],
    [{ name: 'leCam', decay: 1 }, 'leCam: decay must lie in [0, 1), got 1'],
    [{ name: 'consistency', weight: -2 }, 'consistency: weight must be a number >= 0, got -2'],
    [
      { name: 'consistency', augmentation: { name: 'flipAndShift', flip: 2 } },
      'flipAndShift: flip must be a probability in [0, 1], got 2',
    ],
    [{ name: 'balancedConsistency', fake: -1 }, 'balancedConsistency: fake must be a number >= 0, got -1'],
    [{ name: 'latentConsistency', deviation: 0 }, 'latentConsistency: deviation must be a number > 0, got 0'],
    [{ name: 'latentSensitivity', weight: -1 }, 'latentSensitivity: weight must be a number >= 0, got -1'],
    [{ name: 'featureMatching', layers: 'first' }, 'layers must be "last" or "all", got "first"'],
    [{ name: 'featureMatching', distance: 'cosine' }, 'distance must be "squares" or "mean", got "cosine"'],
    [{ name: 'modeSeeking', weight: -1 }, 'modeSeeking: weight must be a number >= 0, got -1'],
    [{ name: 'pathLength', decay: -0.1 }, 'pathLength: decay must lie in [0, 1), got -0.1'],
    [{ name: 'latentTransport', weight: -1 }, 'latentTransport: weight must be a number >= 0, got -1'],
    [
      { name: 'historicalAveraging', weight: -1 },
      'historicalAveraging: weight must be a number >= 0, got -1',
    ],
    [{ name: 'orthogonalPenalty', target: 'on' }, 'target must be "off" or "full", got "on"'],
  ])('%j', (spec, message) => {
    expect(() => registry.make('regularizers', spec)).toThrow(message)
  })
})
