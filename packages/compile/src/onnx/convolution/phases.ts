import { sizeOf } from '../../graph.ts'
import { picks, range, reshape, transpose } from '../common.ts'
import type { Emit, Name } from '../emit.ts'
import { slice } from '../operators/shape.ts'
import type { Forward } from './finish.ts'
import { type Correlation, outSize } from './geometry.ts'

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))

/** One of the `stride` residues along an axis: which taps meet it, the first tap's offset in dy, the step to the next. */
function residue(at: number, axis: number, { filter, stride, dilation, before }: Correlation) {
  const [s, d] = [stride[axis]!, dilation[axis]!]
  const distance = (tap: number) => at + before[axis]! - tap * d
  // From the last tap on, offsets in dy grow.
  const taps = range(filter[axis]!)
    .filter(tap => distance(tap) % s === 0)
    .toReversed()
  return { taps, first: taps.length > 0 ? distance(taps[0]!) / s : 0, dilation: d / divisor(s, d) }
}

/** A convolution's results at places that `stride` divides with the same rest come from the same taps: one convolution for each rest. */
export const phasesOf = (shape: Correlation) => {
  const [sh, sw] = shape.stride as [number, number]
  return range(sh * sw).map(i => ({
    vertical: residue(Math.floor(i / sw), 0, shape),
    horizontal: residue(i % sw, 1, shape),
  }))
}

/** The filter with inputs and outputs exchanged within each group: [kh kw, outputs / groups, inputs]. */
function inGroups(emit: Emit, filter: Name, { filter: size, inputs, outputs, groups }: Correlation): Name {
  const taps = sizeOf(size)
  // An axis of size one would keep the runtime from its quick ways.
  if (groups === 1) return transpose(emit, reshape(emit, filter, [taps, inputs, outputs]), [0, 2, 1])
  const parted = reshape(emit, filter, [taps, inputs / groups, groups, outputs / groups])
  return reshape(emit, transpose(emit, parted, [0, 3, 2, 1]), [taps, outputs / groups, inputs])
}

/** Rows and columns of what one rest gives: the input's, in steps of the stride. */
export const phaseSize = ({ size, stride }: Correlation): [number, number] =>
  size.map((entries, i) => Math.ceil(entries / stride[i]!)) as [number, number]

/**
 * Puts together what the rests gave, in the order of `phasesOf`, as the input's gradient [images, ...size, inputs]; what is undefined
 * is zero.
 */
export type Join = (emit: Emit, parts: readonly (Name | undefined)[], shape: Correlation) => Name

/** Results [images, ...phaseSize, inputs] side by side within a row, then row above row. */
export const interleaved: Join = (emit, parts, shape) => {
  const { images, size, inputs } = shape
  const [sh, sw] = shape.stride as [number, number]
  const [rows, columns] = phaseSize(shape)
  const zeros = () => emit('Expand', [emit.scalar(0), emit.ints([images, rows, columns, inputs])])
  if (parts.length === 1) return parts[0] ?? zeros()
  const all = parts.map(part => reshape(emit, part ?? zeros(), [images * rows, columns, inputs]))
  const lines = range(sh).map(i => {
    const own = all
      .slice(i * sw, i * sw + sw)
      .map(part => reshape(emit, part, [images * rows, columns, 1, inputs]))
    const row = own.length === 1 ? own[0]! : emit('Concat', own, { axis: 2 })
    return reshape(emit, row, [images * rows, 1, columns * sw * inputs])
  })
  const joined = lines.length === 1 ? lines[0]! : emit('Concat', lines, { axis: 1 })
  const whole = [images, rows * sh, columns * sw, inputs]
  return slice(emit, reshape(emit, joined, whole), whole, [0, 0, 0, 0], [images, ...size, inputs])
}

/**
 * The gradient in the input as convolutions by `forward` that move by one, of the output's gradients with the filter turned round;
 * their results are put together by `join`.
 */
export function toInput(
  emit: Emit,
  dy: Name,
  filter: Name,
  shape: Correlation,
  forward: Forward,
  join: Join = interleaved,
): Name {
  const { images, inputs, outputs, groups } = shape
  const kw = shape.filter[1]!
  const told = outSize(shape)
  const [rows, columns] = phaseSize(shape)
  const turned = inGroups(emit, filter, shape)
  const parts = phasesOf(shape).map(({ vertical, horizontal }) => {
    const taps = vertical.taps.flatMap(a => horizontal.taps.map(b => a * kw + b))
    if (taps.length === 0) return undefined
    const axes = [vertical, horizontal]
    const after = axes.map(
      (axis, i) => [rows, columns][i]! - told[i]! + axis.first + (axis.taps.length - 1) * axis.dilation,
    )
    // What no result needs is left out.
    const reach = told.map((entries, i) => entries + Math.min(0, after[i]!))
    const seen = slice(emit, dy, [images, ...told, outputs], [0, 0, 0, 0], [images, ...reach, outputs])
    const weights = reshape(emit, picks(emit, turned, 0, taps), [
      ...axes.map(axis => axis.taps.length),
      outputs / groups,
      inputs,
    ])
    return forward(emit, seen, weights, {
      images,
      size: reach,
      inputs: outputs,
      outputs: inputs,
      groups,
      filter: axes.map(axis => axis.taps.length),
      stride: [1, 1],
      dilation: axes.map(axis => axis.dilation),
      before: axes.map(axis => -axis.first),
      after: after.map(n => Math.max(0, n)),
    })
  })
  return join(emit, parts, shape)
}
