import { decode } from 'fast-png'
import { describe, expect, it } from 'vitest'
import { canPicture, picture } from './picture.ts'

const pixel = (png: Uint8Array, x: number, y: number) => {
  const { data, width, channels } = decode(png)
  return [...data.subarray((y * width + x) * channels, (y * width + x) * channels + 3)]
}

describe('picture', () => {
  it('draws points where they are, generated ones blue over grey real ones', () => {
    const rows = { data: Float32Array.from([-1, 1, 1, -1]), shape: [2, 2] }
    const real = { data: Float32Array.from([0, 0]), shape: [1, 2] }
    const png = picture(rows, { range: [-1, 1], real })
    // The range is widened by a tenth on both sides: -1 lies at 1/12 of 512 pixels.
    const [low, middle, high] = [43, 256, 469]
    const [r, , b] = pixel(png, low, low)
    expect(b! - r!).toBeGreaterThan(60)
    expect(pixel(png, high, high)).toEqual(pixel(png, low, low))
    const grey = pixel(png, middle, middle)
    expect(grey[0]).toBeLessThan(250)
    expect(new Set(grey).size).toBe(1)
    expect(pixel(png, low, high)).toEqual([255, 255, 255])
  })

  it('draws images in a grid', () => {
    const { width, height } = decode(picture({ data: new Float32Array(4 * 64), shape: [4, 8, 8, 1] }))
    expect(width).toBe(height)
  })

  it('leaves other rows to tables', () => {
    expect([[28, 28, 1], [8, 8, 3], [2], [3], [8, 8, 2]].map(canPicture)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
    expect(() => picture({ data: new Float32Array(3), shape: [1, 3] })).toThrow(
      'rows of shape [3] cannot be drawn',
    )
  })
})
