import '@tensorflow/tfjs-backend-wasm'
import { useBackend } from '@equilibria/backends'
import { key, uniforms } from '@equilibria/core'
import { type Dataset, heldOut, memory, ring } from '@equilibria/datasets'
import { mnist } from '@equilibria/datasets/node'
import { parzenBandwidths } from '@equilibria/metrics'
import { tensor2d, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Exam } from '../evaluation.ts'
import { makeRegistry } from '../registry.ts'
import { coverage } from './coverage.ts'
import { digits } from './digits.ts'
import { parzen } from './parzen.ts'

beforeAll(async () => {
  await useBackend('wasm')
})

const examOf = (data: Dataset, draw: Exam['draw'], n?: number): Exam => ({
  data,
  draw,
  n,
  variant: options => mnist(options),
})

describe('coverage', () => {
  it('finds all modes in the data itself, and says so', async () => {
    const data = ring()
    const { numbers, remark, rows } = await coverage()(
      examOf(data, n => [data.at({ step: 0, n, key: key(1) })] as never),
    )
    expect(numbers.modes).toBe(8)
    expect(numbers.highQuality).toBeGreaterThan(0.98)
    expect(remark).toMatch(/all modes are covered/)
    expect(rows[0]).toEqual(['modes', '8 / 8', '8 / 8'])
  })

  it('says what is amiss with points in one place', async () => {
    const { remark } = await coverage()(examOf(ring(), n => [zeros([n, 2])]))
    expect(remark).toMatch(/not covered: 0 of 8 modes found/)
  })

  it('refuses data whose modes nobody knows', async () => {
    const data = await mnist({ split: 'test' })
    await expect(coverage()(examOf(data, () => []))).rejects.toThrow(
      'the modes of "mnist (held out)" are not known',
    )
  })
})

describe('digits', () => {
  it('tells real digits from noise', async () => {
    const data = await mnist({})
    const { numbers, head } = await digits()(
      examOf(data, n => [data.at({ step: 0, n, key: key(1) })] as never, 500),
    )
    expect(head).toEqual(['measure', 'samples', 'real, held out', 'noise'])
    expect(numbers['classifier-FID']).toBeLessThan(numbers.noiseFid! / 20)
    expect(numbers.meanTopProbability).toBeGreaterThan(0.95)
    for (let d = 0; d < 10; d++) expect(numbers[`share ${d}`]).toBeGreaterThan(0.04)
  })

  it('refuses other data', async () => {
    await expect(digits()(examOf(ring(), () => []))).rejects.toThrow('knows MNIST digits [28, 28, 1] only')
  })
})

describe('parzen', () => {
  const floats = (seed: number, n: number) => Float32Array.from(uniforms(key(seed), n * 3), u => 2 * u - 1)
  const setOf = (name: string, seed: number, n: number) =>
    Object.assign(memory({ name, rows: floats(seed, n), shape: [3] }), { range: [-1, 1] as const })
  const [train, test] = [setOf('cubes', 1, 60), setOf('cubes (held out)', 2, 31)]
  const exam = (over: Partial<Exam> = {}): Exam => ({
    data: train,
    draw: n => [
      tensor2d(floats(3, n).subarray(0, 60), [20, 3]),
      tensor2d(floats(3, n).subarray(60), [n - 20, 3]),
    ],
    n: 40,
    variant: async options => {
      expect(options).toEqual({ split: 'test' })
      return test
    },
    ...over,
  })

  /** The paper's procedure in double precision, from rows in [0, 1]. */
  function written(samples: number[][], validation: number[][], rows: number[][]) {
    const density = (x: number[], s: number) => {
      const squares = samples.map(mu => mu.reduce((sum, v, i) => sum + (x[i]! - v) ** 2, 0))
      const mean = squares.reduce((sum, d) => sum + Math.exp(-d / (2 * s * s)), 0) / samples.length
      return Math.log(mean) - 3 * Math.log(s * Math.sqrt(2 * Math.PI))
    }
    const mean = (xs: number[]) => xs.reduce((a, b) => a + b, 0) / xs.length
    const by = parzenBandwidths.map(s => mean(validation.map(x => density(x, s))))
    const bandwidth = parzenBandwidths[by.indexOf(Math.max(...by))]!
    const logs = rows.map(x => density(x, bandwidth))
    const spread = Math.sqrt(logs.reduce((sum, l) => sum + (l - mean(logs)) ** 2, 0) / (logs.length - 1))
    return { bandwidth, logLikelihood: mean(logs), standardError: spread / Math.sqrt(logs.length) }
  }

  it('follows the paper: a bandwidth chosen by rows that do not judge, on values in [0, 1]', async () => {
    const { numbers, rows, title } = await parzen({ validation: 12 })(exam())
    const listed = async (of: Dataset) => {
      const unit = []
      for await (const { data } of of.pass(7)) unit.push(...((await data.array()) as number[][]))
      return unit.map(row => row.map(v => (v + 1) / 2))
    }
    const { train: judging, heldOut: choosing } = heldOut(test, 12)
    const samples = Array.from({ length: 40 }, (_, i) =>
      [...floats(3, 40).subarray(3 * i, 3 * i + 3)].map(v => (v + 1) / 2),
    )
    const expected = written(samples, await listed(choosing), await listed(judging))
    for (const name of ['bandwidth', 'logLikelihood', 'standardError'] as const)
      expect(numbers[name], name).toBeCloseTo(expected[name], 5)
    expect(title).toBe('Parzen windows around 40 samples, judged by 19 rows of the test split')
    expect(rows[0]![1]).toBe(`${expected.logLikelihood.toFixed(1)} ± ${expected.standardError.toFixed(1)}`)
    expect(numbers.realLogLikelihood).toBeTypeOf('number')
  })

  it('leaves half of a small test split to judge by, and takes no more samples than there are training rows', async () => {
    const { title, remark } = await parzen()(exam({ n: 1000 }))
    expect(title).toBe('Parzen windows around 60 samples, judged by 16 rows of the test split')
    expect(remark).toMatch(/chosen by 15 other rows of the test split/)
  })

  it('is known by name, with its options', async () => {
    const registry = makeRegistry()
    const { title } = await registry.make('evaluations', { name: 'parzen', validation: 1 })(exam())
    expect(title).toMatch(/judged by 30 rows/)
    expect(() => registry.make('evaluations', { name: 'parzen', validation: 0 })).toThrow(
      'parzen: validation must be a whole number >= 1, got 0',
    )
  })

  it('refuses data that keeps no rows apart', async () => {
    const none = exam({
      data: ring(),
      variant: async () => {
        throw new Error('data: unknown option of "ring" "split"')
      },
    })
    await expect(parzen()(none)).rejects.toThrow('parzen: "ring" keeps no test split apart')
    const one = exam({ variant: async () => setOf('one', 1, 1) })
    await expect(parzen()(one)).rejects.toThrow('expected a test split of at least 2 rows, "one" has 1')
  })
})
