import '@tensorflow/tfjs-backend-wasm'
import { useBackend } from '@equilibria/backends'
import { key } from '@equilibria/core'
import { type Dataset, ring } from '@equilibria/datasets'
import { mnist } from '@equilibria/datasets/node'
import { zeros } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Exam } from '../evaluation.ts'
import { coverage } from './coverage.ts'
import { digits } from './digits.ts'

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
