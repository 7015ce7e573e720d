import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { arenaOf, bytesOf, MOST_BYTES, paddedBytes } from './arena.ts'
import { TooLarge } from './too-large.ts'

const tensor = fc.record({
  shape: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 }),
  dtype: fc.constantFrom('float32' as const, 'int32' as const, 'bool' as const),
})

test('regions lie side by side at multiples of 64, in as many bytes as were said', () => {
  fc.assert(
    fc.property(fc.array(tensor, { minLength: 1, maxLength: 12 }), fc.nat(300), (tensors, extra) => {
      const sum = tensors.reduce((bytes, { shape, dtype }) => bytes + paddedBytes(shape, dtype), 0)
      const arena = arenaOf(sum + Math.ceil(extra / 64) * 64)
      const reserved = arena.reserve(extra)
      const regions = tensors.map(({ shape, dtype }) => arena.region(shape, dtype))
      let end = reserved + extra
      regions.forEach(({ pointer, view, shape, dtype }, i) => {
        expect(pointer % 64).toBe(0)
        expect(pointer).toBeGreaterThanOrEqual(end)
        expect([view.byteOffset, view.byteLength]).toEqual([pointer, bytesOf(shape, dtype)])
        end = pointer + view.byteLength
        view.fill(i % 2)
      })
      expect(end).toBeLessThanOrEqual(arena.memory.buffer.byteLength)
      regions.forEach(({ view }, i) => {
        expect([...view].every(x => x === i % 2)).toBe(true)
      })
    }),
  )
})

test('a region at an address is what lies there', () => {
  const arena = arenaOf(256)
  const whole = arena.region([8], 'float32')
  const part = arena.region([2], 'float32', whole.pointer + 8)
  whole.view.set([0, 1, 2, 3])
  expect([...part.view]).toEqual([2, 3])
})

test('more than was said is an error of ours', () => {
  const arena = arenaOf(65536)
  arena.reserve(65536)
  expect(() => arena.region([1], 'float32')).toThrow(/too small for what it is to hold/)
})

test('more than a memory can have, and more than the machine gives, is too large', () => {
  expect(() => arenaOf(MOST_BYTES + 1)).toThrow(TooLarge)
  expect(() => arenaOf(5 * 2 ** 30)).toThrow(
    /needs 5.0 GiB .*, 4 GiB is the most that can be had: use smaller/,
  )
  vi.stubGlobal('WebAssembly', {
    ...WebAssembly,
    Memory: class {
      constructor() {
        throw new RangeError('could not allocate memory')
      }
    },
  })
  try {
    expect(() => arenaOf(2 ** 30)).toThrow(TooLarge)
    expect(() => arenaOf(2 ** 30)).toThrow(
      /needs 1.0 GiB .*, and this machine does not give as many: use smaller/,
    )
  } finally {
    vi.unstubAllGlobals()
  }
})
