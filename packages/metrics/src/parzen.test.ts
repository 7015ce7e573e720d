import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import '@tensorflow/tfjs-backend-cpu'
import { key, uniforms } from '@equilibria/core'
import { memory, setBackend, tensor2d, tensor4d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { parzenBandwidths, parzenDensity, parzenLogLikelihood } from './parzen.ts'

beforeAll(() => setBackend('cpu'))

const fixture: {
  samples: number[][]
  validation: number[][]
  test: number[][]
  bandwidths: number[]
  densities: number[][]
  means: number[]
  bandwidth: number
  logLikelihood: number
  standardError: number
} = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/parzen.json'), 'utf8'))

const host = (rows: number[][]) => ({
  data: Float32Array.from(rows.flat()),
  shape: [rows.length, rows[0]!.length],
})
const samples = host(fixture.samples)
const batches = (rows: number[][], n: number) =>
  Array.from({ length: Math.ceil(rows.length / n) }, (_, i) => tensor2d(rows.slice(i * n, (i + 1) * n)))
const near = (got: number, expected: number, tolerance: number) =>
  expect(Math.abs(got - expected)).toBeLessThan(tolerance * (1 + Math.abs(expected)))

describe('beside numpy in float64', () => {
  test('bandwidths are logspace(-1, 0, 10)', () => {
    fixture.bandwidths.forEach((s, i) => void near(parzenBandwidths[i]!, s, 1e-14))
    expect(parzenBandwidths).toHaveLength(10)
  })

  test('every log density of every bandwidth', async () => {
    const rows = tensor2d(fixture.validation)
    const { data, shape } = await parzenDensity({ samples }, parzenBandwidths)(rows)
    rows.dispose()
    expect(shape).toEqual([15, 10])
    fixture.densities.flat().forEach((expected, i) => void near(data[i]!, expected, 1e-5))
  })

  test.each([1, 5, 100])('the procedure, in batches of %d', async n => {
    const before = memory().numTensors
    const report = await parzenLogLikelihood({
      samples,
      validation: batches(fixture.validation, n),
      test: batches(fixture.test, n),
    })
    expect(memory().numTensors).toBe(before)
    near(report.bandwidth, fixture.bandwidth, 1e-14)
    report.validation.forEach((mean, i) => void near(mean, fixture.means[i]!, 1e-5))
    near(report.logLikelihood, fixture.logLikelihood, 1e-6)
    near(report.standardError, fixture.standardError, 1e-6)
  })
})

test('images cost few digits: within .002 nats at s = .2 of float64 throughout', async () => {
  const pixels = (seed: number, n: number) => ({
    data: Float32Array.from(uniforms(key(seed), n * 784), u => Math.max(0, 2 * u - 1)),
    shape: [n, 28, 28, 1],
  })
  const [centres, { data: images }] = [pixels(1, 150), pixels(2, 6)]
  const rows = tensor4d(images, [6, 28, 28, 1])
  const { data } = await parzenDensity({ samples: centres }, [0.2])(rows)
  rows.dispose()
  for (let row = 0; row < 6; row++) {
    const exponents = Array.from({ length: 150 }, (_, j) => {
      let square = 0
      for (let i = 0; i < 784; i++) square += (images[row * 784 + i]! - centres.data[j * 784 + i]!) ** 2
      return -square / 0.08
    })
    const top = Math.max(...exponents)
    const sum = exponents.reduce((total, e) => total + Math.exp(e - top), 0)
    const expected = top + Math.log(sum / 150) - 784 * Math.log(0.2 * Math.sqrt(2 * Math.PI))
    expect(Math.abs(data[row]! - expected)).toBeLessThan(0.002)
  }
})

test('one sample is a Gaussian around it', async () => {
  const row = tensor2d([[0.75, 0.25]])
  const { data } = await parzenDensity({ samples: host([[0.25, 0.5]]) }, [0.2])(row)
  row.dispose()
  near(data[0]!, -(0.5 ** 2 + 0.25 ** 2) / (2 * 0.04) - 2 * Math.log(0.2 * Math.sqrt(2 * Math.PI)), 1e-6)
})

test('rows in [-1, 1] are judged in the unit of [0, 1]', async () => {
  const wide = (rows: number[][]) => rows.map(row => row.map(v => 2 * v - 1))
  const [a, b] = [tensor2d(fixture.test), tensor2d(wide(fixture.test))]
  const narrow = await parzenDensity({ samples }, [0.3])(a)
  const mapped = await parzenDensity({ samples: host(wide(fixture.samples)), range: [-1, 1] }, [0.3])(b)
  for (const t of [a, b]) t.dispose()
  narrow.data.forEach((expected, i) => void near(mapped.data[i]!, expected, 1e-5))
})

test('far from every sample the density is small, not 0', async () => {
  const row = tensor2d([[30, 40]])
  const { data } = await parzenDensity({ samples: host([[0, 0]]) }, [0.1])(row)
  row.dispose()
  near(data[0]!, -2500 / 0.02 - 2 * Math.log(0.1 * Math.sqrt(2 * Math.PI)), 1e-6)
})

test('what does not fit is an error', async () => {
  expect(() => parzenDensity({ samples: { data: new Float32Array(0), shape: [0, 4] } }, [1])).toThrow(
    'there are no samples in [0,4]',
  )
  expect(() => parzenDensity({ samples, range: [1, 1] }, [1])).toThrow('expected a range [low, high]')
  expect(() => parzenDensity({ samples }, [])).toThrow('expected bandwidths > 0')
  expect(() => parzenDensity({ samples }, [0.1, 0])).toThrow('expected bandwidths > 0, got [0.1,0]')
  expect(() => parzenDensity({ samples: host([[Number.NaN]]) }, [1])).toThrow('samples must be finite')
  const short = tensor2d([[1, 2]])
  await expect(parzenDensity({ samples }, [1])(short)).rejects.toThrow('expected rows of 20 numbers')
  short.dispose()
})
