import { reshape, toFirst, transpose } from '../common.ts'
import type { Emit, Name } from '../emit.ts'
import { pad } from '../operators/shape.ts'
import { atLeast0, fromFirst } from '../operators/windows.ts'
import type { Correlation } from './geometry.ts'

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

/** The convolution itself, in blocks of `emit.device.block` channels. */
export function forward(emit: Emit, x: Name, filter: Name, shape: Correlation, bias?: Name): Name {
  const { images, size, inputs, outputs, groups, stride, dilation, before, after } = shape
  const own = inputs / groups
  const [kh, kw] = shape.filter as [number, number]
  const block = emit.device.block!
  const filters = Math.ceil(outputs / block)
  const from = fromFirst(emit, x, [images, ...size, inputs], before)
  const whole = pad(
    emit,
    filter,
    [
      [0, 0],
      [0, 0],
      [0, 0],
      [0, filters * block - outputs],
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
  const all = filters * block
  const added = bias ? [pad(emit, bias, [[0, all - outputs]], emit.scalar(0))] : []
  const y = emit(`${blockedDomain}:Conv`, [data, reshape(emit, weights, [all, own, kh, kw]), ...added], {
    kernel_shape: [kh, kw],
    strides: stride,
    dilations: dilation,
    pads: atLeast0([...before, ...after]),
    group: groups,
  })
  return toPlain(emit, y, outputs)
}
