import '@tensorflow/tfjs-backend-cpu'
import { fold, gradients, key, normals, type Regularizer, uniforms } from '@equilibria/core'
import { memory, setBackend, tensor1d, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  apply,
  type CriticShape,
  differences,
  inputGradient,
  lengths,
  rowsOf,
  type Weights,
} from './float64-critic.fixture.ts'
import { gradientPenalty } from './gradient-penalty.ts'
import { r1 } from './r1.ts'
import { r2 } from './r2.ts'
import { costOf, sceneOf } from './scene.fixture.ts'

beforeAll(() => setBackend('cpu'))

const n = 3
const k = key(11)
const numbers = (name: string, length: number) => [...normals(fold(k, name), length)]

const critics: Record<string, CriticShape> = {
  'conv + leakyRelu': { act: 'leakyRelu', size: 5, channels: 2, kernel: 3, filters: 2 },
  'conv + tanh': { act: 'tanh', size: 4, channels: 1, kernel: 2, filters: 3 },
  'dense + leakyRelu': { act: 'leakyRelu', size: 3, channels: 1, kernel: 3, filters: 6 },
  'dense + tanh': { act: 'tanh', size: 3, channels: 1, kernel: 3, filters: 6 },
}

const average = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
const squared = (g: readonly number[]) => g.reduce((sum, x) => sum + x * x, 0)

/** What the regularizer is, given |grad D|^2 at rows of its choice. */
interface Reference {
  readonly term: Regularizer
  at(real: number[][], fake: number[][]): number[][]
  of(squares: number[]): number
}

const between = (real: number[][], fake: number[][]) => {
  const share = uniforms(fold(k, 'gradientPenalty'), n)
  return real.map((row, i) => row.map((x, j) => x + share[i]! * (fake[i]![j]! - x)))
}

const references: Record<string, Reference> = {
  r1: { term: r1(3), at: real => real, of: s => (3 / 2) * average(s) },
  r2: { term: r2(0.5), at: (_, fake) => fake, of: s => (0.5 / 2) * average(s) },
  'two-sided': {
    term: gradientPenalty({ target: 2 }),
    at: between,
    of: s => 10 * average(s.map(x => (Math.sqrt(x) - 2) ** 2)),
  },
  'one-sided': {
    term: gradientPenalty({ weight: 1, sided: 'one' }),
    at: between,
    of: s => average(s.map(x => Math.max(0, Math.sqrt(x) - 1) ** 2)),
  },
  'zero-centred': {
    term: gradientPenalty({ weight: 4, sided: 'zero' }),
    at: between,
    of: s => 4 * average(s),
  },
}

describe.each(Object.keys(references))('%s against double precision', name => {
  const { term, at, of } = references[name]!

  it.each(Object.keys(critics))('%s', async critic => {
    const shape = critics[critic]!
    const width = shape.size ** 2 * shape.channels
    const rows = (which: string) => Array.from({ length: n }, (_, i) => numbers(`${which}${i}`, width))
    const [real, fake] = [rows('real'), rows('fake')]
    const weights = lengths(shape).map((length, i) => numbers(`weights${i}`, length)) as unknown as Weights
    const points = at(real, fake)
    const reference = (w: Weights) => of(points.map(x => squared(inputGradient(shape, w, x))))

    const before = memory().numTensors
    const tensors = weights.map(w => tensor1d(w))
    const { value, grads } = tidy(() => {
      const scene = () =>
        sceneOf(x => apply(shape, tensors, x), {
          real: rowsOf(shape, real),
          fake: rowsOf(shape, fake),
          key: k,
        })
      const { value, grads } = gradients(() => costOf(term, scene()), tensors)
      return { value, grads }
    })
    expect((await value.data())[0]! / reference(weights)).toBeCloseTo(1, 5)
    const expected = differences(reference, weights)
    const scale = Math.max(...expected.flat().map(Math.abs))
    expect(scale).toBeGreaterThan(0.01)
    for (const [i, g] of grads.entries())
      for (const [j, got] of (await g.data()).entries())
        expect(Math.abs(got - expected[i]![j]!) / scale, `weight ${i} [${j}]`).toBeLessThan(1e-5)
    for (const t of [value, ...grads, ...tensors]) t.dispose()
    expect(memory().numTensors).toBe(before)
  })
})
