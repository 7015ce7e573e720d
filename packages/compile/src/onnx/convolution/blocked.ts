import { picks, range, reshape, toFirst, transpose } from '../common.ts'
import type { Emit, Name } from '../emit.ts'
import { pad, slice } from '../operators/shape.ts'
import { atLeast0, fromFirst } from '../operators/windows.ts'
import type { Forward } from './finish.ts'
import type { Correlation } from './geometry.ts'
import * as phases from './phases.ts'
import { type Join, phaseSize } from './phases.ts'

// ONNX Runtime's own layout on processors with wide vectors: channels in blocks, [n, c / b, h, w, b]. Its direct convolution reads it
// at the speed of the best libraries. The runtime's optimizer puts it in only where filters are constants; a training step's are not,
// so the operators are written here, with the filter rearranged in the model (onnxruntime/core/mlas/lib/snchwc.cpp).

/** The domain of its operators. */
export const blockedDomain = 'com.microsoft.nchwc'

/** [n, h, w, c] in blocks; c is a multiple of a block. */
export const toBlocks = (emit: Emit, x: Name): Name =>
  emit(`${blockedDomain}:ReorderInput`, [x], { channels_last: 1 })

/** Blocks as [n, h, w, channels]; what is beyond `channels` in the last block is left out. */
export const toPlain = (emit: Emit, x: Name, channels: number): Name =>
  emit(`${blockedDomain}:ReorderOutput`, [x], { channels, channels_last: 1 })

/**
 * Whether a convolution can be in blocks of `block` channels: fewer inputs than a block are read as they are; groups are whole blocks.
 */
export const fitsBlocks = (
  { inputs, outputs, groups }: Pick<Correlation, 'inputs' | 'outputs' | 'groups'>,
  block: number,
): boolean => {
  if (block <= 1) return false
  if (groups === 1) return inputs < block || inputs % block === 0
  return (inputs / groups) % block === 0 && (outputs / groups) % block === 0
}

/** As many channels as whole blocks have. */
const filled = (channels: number, block: number) => Math.ceil(channels / block) * block

/** The convolution of plain images; its result is left in blocks of `emit.device.block` channels. */
const inBlocks: Forward = (emit, x, filter, shape, { bias, rectifier } = {}) => {
  const { images, size, inputs, outputs, groups, stride, dilation, before, after } = shape
  const own = inputs / groups
  const [kh, kw] = shape.filter as [number, number]
  const block = emit.device.block!
  const all = filled(outputs, block)
  const filters = all / block
  const from = fromFirst(emit, x, [images, ...size, inputs], before)
  const whole = pad(
    emit,
    filter,
    [
      [0, 0],
      [0, 0],
      [0, 0],
      [0, all - outputs],
    ],
    emit.scalar(0),
  )
  const few = inputs < block
  const [data, weights] = few
    ? [
        toFirst(emit, from, 4),
        transpose(emit, reshape(emit, whole, [kh, kw, own, filters, block]), [3, 2, 0, 1, 4]),
      ]
    : [
        toBlocks(emit, from),
        transpose(
          emit,
          reshape(emit, whole, [kh, kw, own / block, block, filters, block]),
          [4, 2, 0, 1, 3, 5],
        ),
      ]
  const added = bias ? [pad(emit, bias, [[0, all - outputs]], emit.scalar(0))] : []
  return emit(`${blockedDomain}:Conv`, [data, reshape(emit, weights, [all, own, kh, kw]), ...added], {
    kernel_shape: [kh, kw],
    strides: stride,
    dilations: dilation,
    pads: atLeast0([...before, ...after]),
    group: groups,
    ...(rectifier && { activation: rectifier.op }),
    ...(rectifier?.alpha !== undefined && { activation_params: { floats: [rectifier.alpha] } }),
  })
}

/** The convolution itself. */
export const forward: Forward = (emit, x, filter, shape, finish) =>
  toPlain(emit, inBlocks(emit, x, filter, shape, finish), shape.outputs)

/** Results in blocks as plain images: block by block from where it is. */
const gatheredFromBlocks: Join = (emit, parts, shape) => {
  const { images, inputs, stride } = shape
  if (parts.length === 1 && parts[0] !== undefined) return toPlain(emit, parts[0], inputs)
  const block = emit.device.block!
  const all = filled(inputs, block)
  const [rows, columns] = phaseSize(shape)
  const zeros = () => emit('Expand', [emit.scalar(0), emit.ints([images, all, rows, columns])])
  const whole = emit(
    'Concat',
    parts.map(part => part ?? zeros()),
    { axis: 1 },
  )
  const [height, width] = shape.size as [number, number]
  const [sh, sw] = stride as [number, number]
  const places = range(height).flatMap(i =>
    range(width).flatMap(j =>
      range(all / block).map(k => {
        const phase = (i % sh) * sw + (j % sw)
        const row = (phase * (all / block) + k) * rows + Math.floor(i / sh)
        return row * columns + Math.floor(j / sw)
      }),
    ),
  )
  const chunks = reshape(emit, whole, [images, (parts.length * all * rows * columns) / block, block])
  const pixels = [images, height, width, all]
  return slice(
    emit,
    reshape(emit, picks(emit, chunks, 1, places), pixels),
    pixels,
    [0, 0, 0, 0],
    [images, height, width, inputs],
  )
}

/** The gradient in the input. */
export const toInput: Forward = (emit, dy, filter, shape) =>
  phases.toInput(emit, dy, filter, shape, inBlocks, gatheredFromBlocks)
