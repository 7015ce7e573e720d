import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gradient } from './images.fixture.ts'
import { fitSquare, taps } from './resize.ts'

const grey = (width: number, height: number, data: number[]) => ({
  width,
  height,
  channels: 1,
  data: Uint8Array.from(data),
})

test('halving averages squares of four pixels', () => {
  const small = fitSquare(grey(4, 4, [0, 4, 8, 8, 4, 8, 8, 8, 1, 1, 100, 0, 1, 1, 0, 0]), 2)
  expect([...small.data]).toEqual([4, 8, 1, 25])
})

test('shrinking by a fraction weighs partly covered pixels by their part', () => {
  // Three pixels to two: each sees one whole pixel and half of the middle one.
  const rows = [0, 90, 30, 0, 90, 30, 0, 90, 30]
  expect([...fitSquare(grey(3, 3, rows), 2).data.subarray(0, 2)]).toEqual([30, 50])
})

test('fine stripes become even grey, not moiré', () => {
  const stripes = grey(
    64,
    64,
    Array.from({ length: 4096 }, (_, i) => (i % 2 === 0 ? 255 : 0)),
  )
  expect(new Set(fitSquare(stripes, 16).data)).toEqual(new Set([128]))
})

test('growing interpolates between pixel centres', () => {
  const large = fitSquare(grey(2, 2, [0, 100, 0, 100]), 4)
  expect([...large.data.subarray(0, 4)]).toEqual([0, 25, 75, 100])
})

test('the square is cut from the centre', () => {
  const wide = grey(6, 2, [9, 9, 1, 2, 9, 9, 9, 9, 3, 4, 9, 9])
  expect([...fitSquare(wide, 2).data]).toEqual([1, 2, 3, 4])
  const tall = grey(2, 6, [9, 9, 9, 9, 1, 2, 3, 4, 9, 9, 9, 9])
  expect([...fitSquare(tall, 2).data]).toEqual([1, 2, 3, 4])
})

test('channels do not mix and the mean colour stays', () => {
  const picture = gradient(60, 60)
  const mean = (data: Uint8Array, c: number) => {
    const own = data.filter((_, i) => i % 3 === c)
    return own.reduce((a, b) => a + b, 0) / own.length
  }
  const small = fitSquare(picture, 17)
  for (const c of [0, 1, 2]) expect(Math.abs(mean(small.data, c) - mean(picture.data, c))).toBeLessThan(0.5)
})

test('weights add up to 1 and stay inside, at every pair of sizes', () => {
  const sizes = fc.integer({ min: 1, max: 300 })
  fc.assert(
    fc.property(sizes, sizes, fc.integer({ min: 0, max: 50 }), (size, out, start) => {
      const rows = taps(start, size, out)
      for (const { first, weights } of rows) {
        expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6)
        expect(weights.every(w => w > 0)).toBe(true)
        expect(first >= start && first + weights.length <= start + size).toBe(true)
      }
      // Shrinking uses every pixel equally.
      if (size >= out) {
        const used = new Float64Array(size)
        for (const { first, weights } of rows)
          for (const [j, w] of weights.entries()) used[first - start + j]! += w
        for (const u of used) expect(u).toBeCloseTo(out / size, 6)
      }
    }),
  )
})
