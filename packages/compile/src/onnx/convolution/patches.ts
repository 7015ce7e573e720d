import { picks, reshape, transpose } from '../common.ts'
import type { Emit, Name } from '../emit.ts'
import { type Correlation, outSize } from './geometry.ts'

// Convolutions as matrix products: what each window sees is gathered into a row. One big product is faster than the runtime's many
// small ones where rows are short; the matrix of patches is the price.

/** Images in rows, [images, pixels + 1, channels]: a pixel of zeros stands for the padding. Copying less than padding all around. */
const inRows = (emit: Emit, x: Name, { images, size, inputs }: Correlation): Name => {
  const pixels = size.reduce((a, b) => a * b)
  const zeros = emit.constant(new Float32Array(images * inputs), [images, 1, inputs], 'float32')
  return emit('Concat', [reshape(emit, x, [images, pixels, inputs]), zeros], { axis: 1 })
}

/** Rows of an image, one for each of `places`, as a matrix [images places / taps, taps channels]. */
function gathered(
  emit: Emit,
  rows: Name,
  { images, channels }: { images: number; channels: number },
  places: readonly number[],
  taps: number,
): Name {
  emit.workspace(images * places.length * channels * 4)
  return reshape(emit, picks(emit, rows, 1, places), [(images * places.length) / taps, taps * channels])
}

/** The number of a pixel, or that of the zeros behind all pixels. */
const placeIn =
  ([height, width]: readonly number[]) =>
  (i: number, j: number): number =>
    i < 0 || j < 0 || i >= height! || j >= width! ? height! * width! : i * width! + j

/** What each window sees: [images positions, taps inputs]. */
function patches(emit: Emit, x: Name, shape: Correlation): Name {
  const { images, size, inputs, filter, stride, dilation, before } = shape
  const [rows, columns] = outSize(shape) as [number, number]
  const [kh, kw] = filter as [number, number]
  const places: number[] = []
  const place = placeIn(size)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      for (let a = 0; a < kh; a++)
        for (let b = 0; b < kw; b++)
          places.push(
            place(
              i * stride[0]! + a * dilation[0]! - before[0]!,
              j * stride[1]! + b * dilation[1]! - before[1]!,
            ),
          )
  const pixels = size[0]! * size[1]!
  if (places.length === pixels && places.every((at, i) => at === i))
    return reshape(emit, x, [images * pixels, inputs])
  const whole = places.includes(pixels) ? inRows(emit, x, shape) : reshape(emit, x, [images, pixels, inputs])
  return gathered(emit, whole, { images, channels: inputs }, places, kh * kw)
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
  const { images, size, inputs, outputs, filter, dilation, before } = shape
  const [kh, kw] = filter as [number, number]
  const [rows, columns] = outSize(shape) as [number, number]
  const seen: number[] = []
  const told: number[] = []
  const [from, to] = [placeIn(size), placeIn([rows, columns])]
  const height = rows + (kh - 1) * dilation[0]!
  for (let i = 0; i < height; i++)
    for (let j = 0; j < columns; j++) {
      for (let b = 0; b < kw; b++) seen.push(from(i - before[0]!, j + b * dilation[1]! - before[1]!))
      for (let a = 0; a < kh; a++) told.push(to(i - a * dilation[0]!, j))
    }
  const left = gathered(emit, inRows(emit, x, shape), { images, channels: inputs }, seen, kw)
  const around = inRows(emit, dy, { ...shape, size: [rows, columns], inputs: outputs })
  const right = gathered(emit, around, { images, channels: outputs }, told, kh)
  const product = emit('Gemm', [left, right], { transA: 1 })
  return transpose(emit, reshape(emit, product, [kw, inputs, kh, outputs]), [2, 0, 1, 3])
}
