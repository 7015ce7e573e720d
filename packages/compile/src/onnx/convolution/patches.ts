import { sizeOf } from '../../graph.ts'
import { picks, range, reshape, transpose, withRow } from '../common.ts'
import type { Emit, Name } from '../emit.ts'
import { type Forward, rectified } from './finish.ts'
import { type Correlation, outSize } from './geometry.ts'

// Convolutions as matrix products, in one group unless said otherwise: what each window sees is gathered into a row. One big product is faster than the runtime's many
// small ones where rows are short; the matrix of patches is the price.

/** Images in rows, [images, pixels + 1, channels]: a pixel of zeros stands for the padding. Copying less than padding all around. */
const inRows = (emit: Emit, x: Name, { images, size, inputs }: Correlation): Name => {
  const pixels = sizeOf(size)
  const zeros = emit.constant(new Float32Array(images * inputs), [images, 1, inputs], 'float32')
  return emit('Concat', [reshape(emit, x, [images, pixels, inputs]), zeros], { axis: 1 })
}

/** Pixels of images in rows, one for each of `places`, as a matrix [images places / taps, taps channels]; of one group of channels. */
function gathered(
  emit: Emit,
  rows: Name,
  { images, size, inputs, groups }: Correlation,
  places: readonly number[],
  { taps, group }: { taps: number; group: number },
): Name {
  const channels = inputs / groups
  const pixels = places.includes(sizeOf(size)) ? sizeOf(size) + 1 : sizeOf(size)
  const parts = reshape(emit, rows, [images, pixels * groups, channels])
  const own = groups === 1 ? places : places.map(place => place * groups + group)
  return reshape(emit, picks(emit, parts, 1, own), [(images * places.length) / taps, taps * channels])
}

/** The number of a pixel, or that of the zeros behind all pixels. */
const placeIn =
  ([height, width]: readonly number[]) =>
  (i: number, j: number): number =>
    i < 0 || j < 0 || i >= height! || j >= width! ? height! * width! : i * width! + j

/** What each window sees, [images positions, taps inputs], of each group. */
function patches(emit: Emit, x: Name, shape: Correlation): Name[] {
  const { images, size, inputs, groups, filter, stride, dilation, before } = shape
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
  const pixels = sizeOf(size)
  if (groups === 1 && places.length === pixels && places.every((at, i) => at === i))
    return [reshape(emit, x, [images * pixels, inputs])]
  const whole = places.includes(pixels) ? inRows(emit, x, shape) : x
  return range(groups).map(group => gathered(emit, whole, shape, places, { taps: kh * kw, group }))
}

/** Products of rows shorter than this take longer to begin with a bias than to have it added. */
const SHORT = 128

/** The convolution itself, in one group: patches times the filter. */
export const forward: Forward = (emit, x, filter, shape, { bias, rectifier } = {}) =>
  rectified(emit, product(emit, x, filter, shape, bias), rectifier)

function product(emit: Emit, x: Name, filter: Name, shape: Correlation, bias: Name | undefined): Name {
  const { images, inputs, outputs } = shape
  const length = sizeOf(shape.filter) * inputs
  const operands = [patches(emit, x, shape)[0]!, reshape(emit, filter, [length, outputs])]
  const result = [images, ...outSize(shape), outputs]
  if (bias === undefined || length >= SHORT)
    return reshape(emit, emit('Gemm', bias ? [...operands, bias] : operands), result)
  const plain = reshape(emit, emit('Gemm', operands), result)
  return withRow(emit, 'Add', [plain, bias], { row: 1, shape: result, from: [outputs] })
}

const beside = (emit: Emit, parts: readonly Name[]): Name =>
  parts.length === 1 ? parts[0]! : emit('Concat', parts, { axis: 3 })

/** The gradient in the filter: transposed patches times the outputs' gradients. */
export function toFilter(emit: Emit, x: Name, dy: Name, shape: Correlation): Name {
  const { inputs, outputs, groups, filter } = shape
  const told = { ...shape, size: outSize(shape), inputs: outputs }
  const all = range(sizeOf(told.size))
  const parts = patches(emit, x, shape).map((seen, group) => {
    const own =
      groups === 1
        ? reshape(emit, dy, [shape.images * all.length, outputs])
        : gathered(emit, dy, told, all, { taps: 1, group })
    const product = emit('Gemm', [seen, own], { transA: 1 })
    return reshape(emit, product, [...filter, inputs / groups, outputs / groups])
  })
  return beside(emit, parts)
}

/**
 * The gradient in a filter that moves by one: rows of windows as wide as the filter on one side, columns of gradients as high as it
 * on the other, so that a filter of k x k needs 2 k copies of an image and not k^2.
 */
export function toFilterByRows(emit: Emit, x: Name, dy: Name, shape: Correlation): Name {
  const { size, inputs, outputs, groups, filter, dilation, before } = shape
  const [kh, kw] = filter as [number, number]
  const told = { ...shape, size: outSize(shape), inputs: outputs }
  const [rows, columns] = told.size as [number, number]
  const seenAt: number[] = []
  const toldAt: number[] = []
  const [from, to] = [placeIn(size), placeIn(told.size)]
  const height = rows + (kh - 1) * dilation[0]!
  for (let i = 0; i < height; i++)
    for (let j = 0; j < columns; j++) {
      for (let b = 0; b < kw; b++) seenAt.push(from(i - before[0]!, j + b * dilation[1]! - before[1]!))
      for (let a = 0; a < kh; a++) toldAt.push(to(i - a * dilation[0]!, j))
    }
  const padded = (name: Name, whole: Correlation, places: readonly number[]) =>
    places.includes(sizeOf(whole.size)) ? inRows(emit, name, whole) : name
  const [left, right] = [padded(x, shape, seenAt), padded(dy, told, toldAt)]
  const parts = range(groups).map(group => {
    const seen = gathered(emit, left, shape, seenAt, { taps: kw, group })
    const own = gathered(emit, right, told, toldAt, { taps: kh, group })
    const product = emit('Gemm', [seen, own], { transA: 1 })
    const turned = reshape(emit, product, [kw, inputs / groups, kh, outputs / groups])
    return transpose(emit, turned, [2, 0, 1, 3])
  })
  return beside(emit, parts)
}
