import type { Picture } from './picture.ts'

/** For each output position along one axis: the first input position it sees, and its weights from there on. */
type Taps = readonly { readonly first: number; readonly weights: readonly number[] }[]

/**
 * Weights for resampling `size` positions (from `start`) to `out`. Shrinking averages over the exact area that an output
 * pixel covers, fractions of pixels included, so that nothing aliases; growing interpolates linearly between pixel centres.
 */
export function taps(start: number, size: number, out: number): Taps {
  const ratio = size / out
  return Array.from({ length: out }, (_, i) => {
    if (ratio < 1) {
      const centre = Math.min(size - 1, Math.max(0, (i + 0.5) * ratio - 0.5))
      const first = Math.min(size - 1, Math.floor(centre))
      const part = centre - first
      return part === 0
        ? { first: start + first, weights: [1] }
        : { first: start + first, weights: [1 - part, part] }
    }
    const low = i * ratio
    const high = Math.min(size, (i + 1) * ratio)
    const first = Math.floor(low)
    // Rounding must not add a last pixel of weight ~1e-13, beyond the edge perhaps.
    const last = Math.max(first, Math.ceil(high - 1e-9) - 1)
    const weights = Array.from(
      { length: last - first + 1 },
      (_, j) => (Math.min(high, first + j + 1) - Math.max(low, first + j)) / (high - low),
    )
    return { first: start + first, weights }
  })
}

/** The largest centred square of a picture, resampled to `size` by `size`: rows, then columns, rounded once at the end. */
export function fitSquare({ width, height, channels, data }: Picture, size: number): Picture {
  const side = Math.min(width, height)
  if (width === size && height === size) return { width, height, channels, data }
  const across = taps(Math.floor((width - side) / 2), side, size)
  const top = Math.floor((height - side) / 2)
  const down = taps(top, side, size)
  const narrow = new Float32Array(side * size * channels)
  for (let y = 0; y < side; y++)
    for (let x = 0; x < size; x++) {
      const { first, weights } = across[x]!
      for (let c = 0; c < channels; c++) {
        let sum = 0
        for (let j = 0; j < weights.length; j++)
          sum += weights[j]! * data[((top + y) * width + first + j) * channels + c]!
        narrow[(y * size + x) * channels + c] = sum
      }
    }
  const out = new Uint8Array(size * size * channels)
  for (let y = 0; y < size; y++) {
    const { first, weights } = down[y]!
    for (let i = 0; i < size * channels; i++) {
      let sum = 0
      for (let j = 0; j < weights.length; j++)
        sum += weights[j]! * narrow[(first - top + j) * size * channels + i]!
      out[y * size * channels + i] = Math.round(sum)
    }
  }
  return { width: size, height: size, channels, data: out }
}
