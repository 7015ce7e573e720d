import '@tensorflow/tfjs-backend-cpu'
import { setBackend, slice, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  codedLatent,
  corePlugin,
  createRegistry,
  fold,
  gaussianLatent,
  key,
  latticeLatent,
  trainingBatch,
} from '../index.ts'

beforeAll(() => setBackend('cpu'))

/** Rows of one batch of training. */
const rows = (dimensions: number, n: number, seed: number): Float32Array =>
  tidy(() => trainingBatch(latticeLatent(dimensions), key(seed), n).dataSync() as Float32Array)

const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length
const seeds = Array.from({ length: 400 }, (_, i) => i)

describe('latticeLatent', () => {
  it.each([1, 2, 3, 5])('has rows that are standard normal by themselves, in %i dimensions', dimensions => {
    for (const row of [0, 17]) {
      const of = seeds.map(seed => rows(dimensions, 20, seed).slice(row * dimensions, (row + 1) * dimensions))
      for (let axis = 0; axis < dimensions; axis++) {
        const x = of.map(each => each[axis]!)
        // Four standard errors of 400 independent ones.
        expect(Math.abs(mean(x))).toBeLessThan(4 / 20)
        expect(Math.abs(mean(x.map(a => a ** 2)) - 1)).toBeLessThan(4 * Math.sqrt(2 / 400))
        expect(Math.abs(mean(x.map(a => a ** 4)) - 3)).toBeLessThan(4 * Math.sqrt(96 / 400))
      }
    }
  })

  it('has batches whose means vary much less than those of independent rows', () => {
    const variance = (f: (z: readonly number[]) => number) => {
      const means = seeds.map(seed => {
        const z = rows(2, 100, seed)
        return mean(Array.from({ length: 100 }, (_, i) => f([z[2 * i]!, z[2 * i + 1]!])))
      })
      return mean(means.map(a => (a - mean(means)) ** 2))
    }
    // Independent rows: 1/100, 2/100 and, for a quarter of the plane, 3/16/100.
    expect(variance(([x]) => x!)).toBeLessThan(0.01 / 8)
    expect(variance(([, y]) => y! ** 2)).toBeLessThan(0.02 / 8)
    expect(variance(([x, y]) => (x! > 0 && y! > 0 ? 1 : 0))).toBeLessThan(3 / 1600 / 8)
  })

  it('is finite, the same for the same key, and another for another', () => {
    for (const n of [1, 7, 1000]) expect(rows(3, n, 5).every(Number.isFinite)).toBe(true)
    expect(rows(2, 50, 1)).toEqual(rows(2, 50, 1))
    expect(rows(2, 50, 1)).not.toEqual(rows(2, 50, 2))
  })

  it('stays even beside a code', () => {
    const coded = codedLatent({ noise: latticeLatent(2), continuous: 1 })
    const [together, alone] = [trainingBatch(coded, key(1), 4), coded.draw(key(1), 4)]
    const columns = (of: Tensor, first: number, count: number) => [
      ...slice(of, [0, first], [4, count]).dataSync(),
    ]
    const even = latticeLatent(2).batch!(fold(key(1), 'noise'), 4)
    expect(columns(together, 0, 2)).toEqual([...even.dataSync()])
    expect(columns(together, 2, 1)).toEqual(columns(alone, 2, 1))
  })

  it('draws samples independently, as gaussianLatent', () => {
    const k = fold(key(0), 'samples')
    expect(latticeLatent(2).draw(k, 5).dataSync()).toEqual(gaussianLatent(2).draw(k, 5).dataSync())
  })

  it('has a name', () => {
    const registry = createRegistry()
    registry.use(corePlugin)
    const latent = registry.make('latents', { name: 'lattice', dimensions: 3 })
    expect(latent).toMatchObject({ dimensions: 3, batch: expect.any(Function) })
    expect(() => latticeLatent(0)).toThrow('positive whole number of dimensions, got 0')
  })
})
