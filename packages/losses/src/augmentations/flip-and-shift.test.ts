import '@tensorflow/tfjs-backend-cpu'
import { key, normal } from '@equilibria/core'
import { checkGradients } from '@equilibria/core/testing'
import { setBackend, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { flipAndShift } from './flip-and-shift.ts'

beforeAll(() => setBackend('cpu'))

const [height, width] = [4, 6]
/** Row after row, each pixel's number. */
const numbered = (n: number) =>
  tensor(
    Array.from({ length: n * height * width }, (_, i) => i % (height * width)),
    [n, height, width, 1],
  )
const pictures = async (x: Tensor): Promise<number[][][]> => {
  const data = [...(await x.data())]
  return Array.from({ length: x.shape[0]! }, (_, i) =>
    Array.from({ length: height }, (_, y) =>
      data.slice((i * height + y) * width, (i * height + y + 1) * width),
    ),
  )
}
const reflected = (i: number, size: number) => (i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i)
const moved = (dy: number, dx: number, mirrored: boolean) =>
  Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => {
      const from = reflected(x - dx, width)
      return reflected(y - dy, height) * width + (mirrored ? width - 1 - from : from)
    }),
  )

describe('flipAndShift', () => {
  it('gives each picture one of its moves, all about equally often', async () => {
    const n = 1800
    const counts = new Map<string, number>()
    for (const [dy, dx] of [-1, 0, 1].flatMap(dy => [-1, 0, 1].map(dx => [dy, dx] as const)))
      for (const mirrored of [false, true]) counts.set(JSON.stringify(moved(dy, dx, mirrored)), 0)
    for (const picture of await pictures(flipAndShift({ shift: 1 })(numbered(n), key(4)))) {
      const seen = JSON.stringify(picture)
      expect(counts.has(seen), seen).toBe(true)
      counts.set(seen, counts.get(seen)! + 1)
    }
    expect(counts.size).toBe(18)
    // 100 are expected of each; four standard deviations are 39.
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(39)
  })

  it('moves all channels of a picture alike, and nothing by 0', async () => {
    const x = normal(key(1), [3, height, width, 2])
    const y = flipAndShift({ shift: 2 })(x, key(2))
    const [before, after] = [[...(await x.data())], [...(await y.data())]]
    const pairs = new Set(
      Array.from({ length: before.length / 2 }, (_, i) => `${before[2 * i]} ${before[2 * i + 1]}`),
    )
    for (let i = 0; i < after.length / 2; i++)
      expect(pairs.has(`${after[2 * i]} ${after[2 * i + 1]}`)).toBe(true)
    expect([...(await flipAndShift({ shift: 0, flip: 0 })(x, key(2)).data())]).toEqual(before)
  })

  it('is keyed', async () => {
    const at = async (seed: number) => pictures(flipAndShift({ shift: 2 })(numbered(5), key(seed)))
    expect(await at(1)).toEqual(await at(1))
    expect(await at(1)).not.toEqual(await at(2))
  })

  it('has derivatives', async () => {
    await checkGradients({
      name: 'flipAndShift',
      inputs: [{ shape: [3, height, width, 2] }],
      f: x => flipAndShift({ shift: 2 })(x, key(6)),
    })
  })

  it.each([
    [{ shift: -1 }, 'shift must be a whole number of pixels >= 0, got -1'],
    [{ shift: 0.5 }, 'shift must be a whole number of pixels >= 0, got 0.5'],
    [{ flip: 2 }, 'flip must be a probability in [0, 1], got 2'],
  ])('%j is refused', (options, message) => {
    expect(() => flipAndShift(options)).toThrow(`flipAndShift: ${message}`)
  })

  it('refuses rows that are no pictures, or too small', () => {
    expect(() => flipAndShift()(tensor([1, 2], [1, 2]), key(0))).toThrow(
      'expected pictures [n, height, width, channels], got [1,2]',
    )
    expect(() => flipAndShift()(numbered(1), key(0))).toThrow('pictures of 4x6 cannot be moved by 4')
  })
})
