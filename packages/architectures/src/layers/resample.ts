import { checkCount, type Network } from '@equilibria/core'
import { avgPool, image, matMul, reshape, type Tensor, type Tensor4D, tensor } from '@tensorflow/tfjs-core'
import { expectRows } from './input.ts'

/** How `upsample` fills in. */
export interface UpsampleOptions {
  /** `nearest` (default) repeats pixels; `bilinear` interpolates between pixel centres. */
  readonly method?: 'nearest' | 'bilinear'
}

/** Enlarges by a whole factor: [n, h, w, c] -> [n, h * factor, w * factor, c]. */
export function upsample(factor = 2, { method = 'nearest' }: UpsampleOptions = {}): Network {
  checkCount('upsample: factor', factor)
  return {
    init: () => ({}),
    lipschitz: true,
    apply: (_, x) => {
      expectRows('upsample', x, [null, null, null])
      if (factor === 1) return x
      const size: [number, number] = [x.shape[1]! * factor, x.shape[2]! * factor]
      return method === 'bilinear'
        ? image.resizeBilinear(x as Tensor4D, size, false, true)
        : image.resizeNearestNeighbor(x as Tensor4D, size)
    },
  }
}

/** How `downsample` filters. */
export interface DownsampleOptions {
  /**
   * `average` (default): each pixel the mean of its square; `bilinear`: a tent twice as wide, whose weights add up to one at the
   * edges too (what others call bilinear with antialiasing).
   */
  readonly method?: 'average' | 'bilinear'
}

/** Weights of a tent of half-width `factor` over `side` pixels, one row for each of the side / factor pixels it makes. */
function tents(side: number, factor: number): Tensor {
  const rows = side / factor
  const weights = new Float32Array(rows * side)
  for (let row = 0; row < rows; row++) {
    const heights = Array.from({ length: side }, (_, i) =>
      Math.max(0, 1 - Math.abs((i + 0.5) / factor - (row + 0.5))),
    )
    const total = heights.reduce((a, b) => a + b, 0)
    weights.set(
      heights.map(height => height / total),
      row * side,
    )
  }
  return tensor(weights, [1, rows, side])
}

/** Both axes, one after the other, as products with small matrices: linear, so derivatives of any order are such products too. */
function filtered(x: Tensor, factor: number): Tensor {
  const [n, h, w, c] = x.shape as [number, number, number, number]
  const rows = matMul(tents(h, factor), reshape(x, [n, h, w * c]))
  const columns = matMul(tents(w, factor), reshape(rows, [(n * h) / factor, w, c]))
  return reshape(columns, [n, h / factor, w / factor, c])
}

/** Shrinks by a whole factor: [n, h, w, c] -> [n, h / factor, w / factor, c]. Throws on sides that it does not divide. */
export function downsample(factor = 2, { method = 'average' }: DownsampleOptions = {}): Network {
  checkCount('downsample: factor', factor)
  return {
    init: () => ({}),
    lipschitz: true,
    apply: (_, x) => {
      expectRows('downsample', x, [null, null, null])
      if (x.shape[1]! % factor !== 0 || x.shape[2]! % factor !== 0)
        throw new Error(
          `downsample: expected sides divisible by ${factor}, got [${x.shape}]; pad or crop what comes before it`,
        )
      if (factor === 1) return x
      return method === 'bilinear' ? filtered(x, factor) : avgPool(x as Tensor4D, factor, factor, 'valid')
    },
  }
}
