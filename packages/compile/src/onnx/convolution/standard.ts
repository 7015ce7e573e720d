import { range, reshape, toFirst, toLast, transpose } from '../common.ts'
import { type Emit, type Name, Unlowered } from '../emit.ts'
import { pad, slice } from '../operators/shape.ts'
import { atLeast0, fromFirst } from '../operators/windows.ts'
import { type Finish, rectified } from './finish.ts'
import type { Correlation } from './geometry.ts'
import * as phases from './phases.ts'

// Convolutions by ONNX's own operators, which have channels first: any number of spatial axes, any groups.

interface StandardOptions extends Finish {
  /** Depthwise: the filter is [h, w, inputs, outputs of each input]. */
  readonly deep?: boolean
}

/** [...spatial, in, out] -> [out, in, ...spatial]. */
const outFirst = (emit: Emit, filter: Name, rank: number) =>
  transpose(emit, filter, [rank - 1, rank - 2, ...range(rank - 2)])

const weightsOf = (emit: Emit, filter: Name, { filter: size, outputs }: Correlation, deep: boolean) =>
  deep
    ? reshape(emit, transpose(emit, filter, [2, 3, 0, 1]), [outputs, 1, ...size])
    : outFirst(emit, filter, size.length + 2)

const shared = ({ stride, dilation, before, after, groups }: Correlation) => ({
  strides: stride,
  dilations: dilation,
  pads: atLeast0([...before, ...after]),
  group: groups,
})

/** The convolution itself. */
function forward(
  emit: Emit,
  x: Name,
  filter: Name,
  shape: Correlation,
  { deep = false, bias, rectifier }: StandardOptions = {},
): Name {
  const { images, size, inputs, before } = shape
  const rank = size.length + 2
  const from = fromFirst(emit, x, [images, ...size, inputs], before)
  const weights = weightsOf(emit, filter, shape, deep)
  const y = emit('Conv', [toFirst(emit, from, rank), weights, ...(bias ? [bias] : [])], shared(shape))
  return rectified(emit, toLast(emit, y, rank), rectifier)
}

/**
 * The gradient in the input: from that in the output. On GPUs the runtime's ConvTranspose is wrong where groups have several channels, and
 * knows two axes at most (at 1.30): groups are convolved there phase by phase.
 */
function toInput(
  emit: Emit,
  dy: Name,
  filter: Name,
  shape: Correlation,
  { deep = false }: StandardOptions = {},
): Name {
  const rank = shape.size.length + 2
  if (emit.device.kind === 'gpu') {
    if (rank > 4) throw new Unlowered('Conv3DBackpropInputV2', 'has no ONNX form on a GPU')
    if (shape.groups > 1) {
      const whole = deep ? reshape(emit, filter, [...shape.filter, 1, shape.outputs]) : filter
      return phases.toInput(emit, dy, whole, shape, (_, x, weights, own) => forward(emit, x, weights, own))
    }
  }
  const dx = emit('ConvTranspose', [toFirst(emit, dy, rank), weightsOf(emit, filter, shape, deep)], {
    ...shared(shape),
    output_padding: atLeast0(shape.after.map(n => -n)),
  })
  const margins = shape.before.map((n): [number, number] => [Math.max(0, -n), 0])
  return pad(emit, toLast(emit, dx, rank), [[0, 0], ...margins, [0, 0]], emit.scalar(0))
}

/**
 * The gradient in the filter, over two spatial axes: a convolution of the images with the outputs' gradients, in which batch and
 * channels have changed places.
 */
function toFilter(
  emit: Emit,
  x: Name,
  dy: Name,
  shape: Correlation,
  { deep = false }: StandardOptions = {},
): Name {
  const { images: n, size, inputs: c, outputs, groups, filter, stride, dilation, before, after } = shape
  const own = c / groups
  const [h, w] = size.map((entries, i) => entries + Math.min(0, before[i]!)) as [number, number]
  const images = transpose(emit, fromFirst(emit, x, [n, ...size, c], before), [3, 0, 1, 2])
  // Each group's images as channels of its own: [inputs of a group, groups n, h, w].
  const inGroups = () =>
    own === 1 ? images : transpose(emit, reshape(emit, images, [groups, own, n * h * w]), [1, 0, 2])
  const seen = groups === 1 ? images : reshape(emit, inGroups(), [own, groups * n, h, w])
  const windows = transpose(emit, dy, [3, 0, 1, 2])
  const sums = emit('Conv', [seen, windows], {
    strides: dilation,
    dilations: stride,
    pads: atLeast0([...before, ...after]),
    group: groups,
  })
  // Entries that are left over would be further taps.
  const taps = filter.map((k, i) => k + Math.max(0, -after[i]!))
  const whole = [own, outputs, ...taps]
  const ends = [...whole.slice(0, 2), ...filter]
  const kept = slice(
    emit,
    sums,
    whole,
    whole.map(() => 0),
    ends,
  )
  const ordered = deep ? reshape(emit, kept, [c, outputs / c, ...filter]) : kept
  return transpose(emit, ordered, [2, 3, 0, 1])
}

export const standard = { forward, toInput, toFilter }
