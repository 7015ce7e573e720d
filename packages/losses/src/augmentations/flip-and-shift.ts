import { draw, fold, integers, type Key, uniforms } from '@equilibria/core'
import { matMul, reshape, type Tensor, tensor3d, transpose } from '@tensorflow/tfjs-core'

/** A keyed change of rows [n, ...], the same key the same change; differentiable. It keeps the shape. */
export type Augmentation = (x: Tensor, key: Key) => Tensor

/** Options of `flipAndShift`. */
export interface FlipAndShiftOptions {
  /** The most pixels a picture is moved in each direction. */
  shift?: number
  /** The probability that a picture is mirrored left to right. */
  flip?: number
}

/** Index i - by of a line of `size` pixels, reflected at its ends. */
const reflected = (i: number, size: number) => {
  if (size === 1) return 0
  const period = 2 * (size - 1)
  const at = ((i % period) + period) % period
  return at < size ? at : period - at
}

/**
 * For each of n rows a matrix [size, size] that moves a line of pixels by a whole number in -shift .. shift and, with
 * probability `flip`, mirrors it: entry (to, from) is 1 where pixel `from` is seen at `to`.
 */
const moves = (key: Key, n: number, size: number, shift: number, flip: number): Tensor =>
  tensor3d(
    draw(key, k => {
      const by = integers(fold(k, 'shift'), n, 2 * shift + 1)
      const chance = uniforms(fold(k, 'flip'), n)
      const matrices = new Float32Array(n * size * size)
      for (let row = 0; row < n; row++)
        for (let to = 0; to < size; to++) {
          const moved = reflected(to - (by[row]! - shift), size)
          const from = chance[row]! < flip ? size - 1 - moved : moved
          matrices[(row * size + to) * size + from] = 1
        }
      return matrices
    }),
    [n, size, size],
  )

/**
 * Moves each picture by a whole number of pixels, up to `shift` in both directions, reflecting at the edges, and mirrors it left to
 * right with probability `flip`. Pictures [n, height, width, channels]. Each is two products with matrices of zeros and
 * ones, drawn by the key: so derivatives of every order are exact.
 * Source: the augmentation of Zhang et al. 2020 (CR-GAN, arXiv 1910.12027).
 * Throws on options out of range, and on rows that are no pictures or no larger than the shift.
 */
export function flipAndShift({ shift = 4, flip = 0.5 }: FlipAndShiftOptions = {}): Augmentation {
  if (!(Number.isInteger(shift) && shift >= 0))
    throw new Error(`flipAndShift: shift must be a whole number of pixels >= 0, got ${shift}`)
  if (!(flip >= 0 && flip <= 1))
    throw new Error(
      `flipAndShift: flip must be a probability in [0, 1], got ${flip}; 0 for pictures with a left and a right`,
    )
  return (x, key) => {
    const [n, height, width, channels] = x.shape as [number, number, number, number]
    if (x.rank !== 4)
      throw new Error(
        `flipAndShift: expected pictures [n, height, width, channels], got [${x.shape}]; give rows of other shapes an augmentation of their own`,
      )
    if (Math.min(height, width) <= shift)
      throw new Error(
        `flipAndShift: pictures of ${height}x${width} cannot be moved by ${shift}; give a smaller shift`,
      )
    const down = matMul(
      moves(fold(key, 'vertical'), n, height, shift, 0),
      reshape(x, [n, height, width * channels]),
    )
    const columns = transpose(reshape(down, [n, height, width, channels]), [0, 2, 1, 3])
    const across = matMul(
      moves(fold(key, 'horizontal'), n, width, shift, flip),
      reshape(columns, [n, width, height * channels]),
    )
    return transpose(reshape(across, [n, width, height, channels]), [0, 2, 1, 3])
  }
}
