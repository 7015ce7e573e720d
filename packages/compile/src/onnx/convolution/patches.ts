import { picks, reshape, transpose } from '../common.ts'
import type { Emit, Name } from '../emit.ts'
import { pad } from '../operators/shape.ts'
import { atLeast0, fromFirst } from '../operators/windows.ts'
import { type Correlation, outSize } from './geometry.ts'

// Convolutions as matrix products: what each window sees is gathered into a row. One big product is faster than the runtime's many
// small ones where rows are short; the matrix of patches is the price.

/** Images with their padding, or without what no window reaches ahead, and the size they have then. */
function padded(emit: Emit, x: Name, { images, size, inputs, before, after }: Correlation) {
  const from = fromFirst(emit, x, [images, ...size, inputs], before)
  const [ahead, behind] = [atLeast0(before), atLeast0(after)]
  const margins = size.map((_, i): [number, number] => [ahead[i]!, behind[i]!])
  return {
    value: pad(emit, from, [[0, 0], ...margins, [0, 0]], emit.scalar(0)),
    size: size.map((entries, i) => entries + Math.min(0, before[i]!) + ahead[i]! + behind[i]!),
  }
}

/** Places [h w] of an image of `width` in rows: for each of `places`, gathered into [images places, taps channels]. */
function gathered(
  emit: Emit,
  x: Name,
  { images, pixels, channels }: { images: number; pixels: number; channels: number },
  places: readonly number[],
  taps: number,
): Name {
  emit.workspace(images * places.length * channels * 4)
  const rows = picks(emit, reshape(emit, x, [images, pixels, channels]), 1, places)
  return reshape(emit, rows, [(images * places.length) / taps, taps * channels])
}

/** What each window sees: [images positions, taps inputs]. */
function patches(emit: Emit, x: Name, shape: Correlation): Name {
  const { images, inputs, filter, stride, dilation } = shape
  const [rows, columns] = outSize(shape) as [number, number]
  const [kh, kw] = filter as [number, number]
  const { value, size } = padded(emit, x, shape)
  const [height, width] = size as [number, number]
  if (kh * kw === 1 && rows === height && columns === width)
    return reshape(emit, value, [images * rows * columns, inputs])
  const places: number[] = []
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      for (let a = 0; a < kh; a++)
        for (let b = 0; b < kw; b++)
          places.push((i * stride[0]! + a * dilation[0]!) * width + j * stride[1]! + b * dilation[1]!)
  return gathered(emit, value, { images, pixels: height * width, channels: inputs }, places, kh * kw)
}

const taps = ({ filter }: Correlation) => filter.reduce((a, b) => a * b, 1)

/** The convolution itself: patches times the filter. */
export function forward(emit: Emit, x: Name, filter: Name, shape: Correlation, bias?: Name): Name {
  const { images, inputs, outputs } = shape
  const matrix = reshape(emit, filter, [taps(shape) * inputs, outputs])
  const product = emit('Gemm', [patches(emit, x, shape), matrix, ...(bias ? [bias] : [])])
  return reshape(emit, product, [images, ...outSize(shape), outputs])
}

/** The gradient in the filter: transposed patches times the outputs' gradients. */
export function toFilter(emit: Emit, x: Name, dy: Name, shape: Correlation): Name {
  const { images, inputs, outputs, filter } = shape
  const positions = outSize(shape).reduce((a, b) => a * b, images)
  const product = emit('Gemm', [patches(emit, x, shape), reshape(emit, dy, [positions, outputs])], {
    transA: 1,
  })
  return reshape(emit, product, [...filter, inputs, outputs])
}

/**
 * The gradient in a filter that moves by one: rows of windows as wide as the filter on one side, columns of gradients as high as it
 * on the other, so that a filter of k x k needs 2 k copies of an image and not k^2.
 */
export function toFilterByRows(emit: Emit, x: Name, dy: Name, shape: Correlation): Name {
  const { images, inputs, outputs, filter, dilation } = shape
  const [kh, kw] = filter as [number, number]
  const [rows, columns] = outSize(shape) as [number, number]
  const { value, size } = padded(emit, x, shape)
  const [, width] = size as [number, number]
  const margin = (kh - 1) * dilation[0]!
  const height = rows + margin
  const seen: number[] = []
  const told: number[] = []
  for (let i = 0; i < height; i++)
    for (let j = 0; j < columns; j++) {
      for (let b = 0; b < kw; b++) seen.push(i * width + j + b * dilation[1]!)
      for (let a = 0; a < kh; a++) told.push((i + margin - a * dilation[0]!) * columns + j)
    }
  const left = gathered(emit, value, { images, pixels: size[0]! * width, channels: inputs }, seen, kw)
  const around = pad(
    emit,
    dy,
    [
      [0, 0],
      [margin, margin],
      [0, 0],
      [0, 0],
    ],
    emit.scalar(0),
  )
  const pixels = (rows + 2 * margin) * columns
  const right = gathered(emit, around, { images, pixels, channels: outputs }, told, kh)
  const product = emit('Gemm', [left, right], { transA: 1 })
  return transpose(emit, reshape(emit, product, [kw, inputs, kh, outputs]), [2, 0, 1, 3])
}
