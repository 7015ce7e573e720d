import { decode } from 'fast-png'
import { expect, test } from 'vitest'
import { encodeGrid } from './png.ts'

test('images keep their places, colours and size, with lines between', () => {
  // Three 1x2 colour images, two a row, doubled, with lines one pixel wide.
  const data = Float32Array.of(-1, 0, 1, 1, 1, 1, 0.5, -0.5, 0, -1, -1, -1, 2, -2, 0, 1, -1, 1)
  const png = decode(
    encodeGrid({ data, shape: [3, 1, 2, 3] }, { columns: 2, scale: 2, gap: 1, background: 9 }),
  )
  expect([png.width, png.height, png.channels]).toEqual([1 + 4 + 1 + 4 + 1, 1 + 2 + 1 + 2 + 1, 3])
  const at = (x: number, y: number) => [
    ...png.data.slice((y * png.width + x) * 3, (y * png.width + x) * 3 + 3),
  ]
  expect(at(0, 0)).toEqual([9, 9, 9])
  expect(at(1, 1)).toEqual([0, 128, 255])
  expect(at(2, 2)).toEqual([0, 128, 255])
  expect(at(3, 1)).toEqual([255, 255, 255])
  expect(at(5, 1)).toEqual([9, 9, 9])
  expect(at(6, 1)).toEqual([191, 64, 128])
  // Beyond [-1, 1] is clipped; an empty place has the background.
  expect(at(1, 4)).toEqual([255, 0, 128])
  expect(at(6, 4)).toEqual([9, 9, 9])
})

test('every byte comes back as it was read', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
  const data = Float32Array.from(bytes, b => b / 127.5 - 1)
  const png = decode(encodeGrid({ data, shape: [1, 16, 16, 1] }, { scale: 1, gap: 0 }))
  expect([...png.data]).toEqual([...bytes])
})

test('28-pixel digits are doubled and laid out about square unless told otherwise', () => {
  const png = decode(encodeGrid({ data: new Float32Array(10 * 784), shape: [10, 28, 28, 1] }))
  expect([png.width, png.height]).toEqual([4 * 56 + 5 * 2, 3 * 56 + 4 * 2])
})

test.each([
  [
    { data: new Float32Array(8), shape: [2, 2, 2] },
    {},
    'expected images [n, height, width, 1 or 3], got [2,2,2]',
  ],
  [{ data: new Float32Array(8), shape: [1, 2, 2, 2] }, {}, 'got [1,2,2,2]'],
  [{ data: new Float32Array(0), shape: [0, 2, 2, 1] }, {}, 'got [0,2,2,1]'],
  [{ data: new Float32Array(3), shape: [1, 2, 2, 1] }, {}, 'hold 4 values, got 3'],
  [{ data: Float32Array.of(NaN), shape: [1, 1, 1, 1] }, {}, 'image 0 holds NaN'],
  [
    { data: new Float32Array(1), shape: [1, 1, 1, 1] },
    { scale: 1.5 },
    'expected scale to be a whole number of at least 1, got 1.5',
  ],
  [{ data: new Float32Array(1), shape: [1, 1, 1, 1] }, { columns: 0 }, 'expected columns'],
])('%o %o: %s', (images, layout, message) => {
  expect(() => encodeGrid(images, layout)).toThrow(message)
})
