import { backend_util } from '@tensorflow/tfjs-core'
import type { Node } from '../../graph.ts'
import { number, range, reshape, toFirst, toLast, transpose } from '../common.ts'
import type { Emit, Lowering, Lowerings, Name } from '../emit.ts'
import { Unlowered } from '../emit.ts'
import { pad, slice } from './shape.ts'
import { atLeast0, endPadding, fromFirst } from './windows.ts'

interface ConvolutionAttributes {
  readonly strides: number | number[]
  readonly pad: 'valid' | 'same' | number
  readonly dilations?: number | number[]
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
  readonly dataFormat?: string
}

/** One entry for each spatial axis. */
interface Geometry {
  readonly filter: number[]
  readonly stride: number[]
  readonly dilation: number[]
  /** Ahead of the input; negative where the first window starts within. */
  readonly before: number[]
  /** Beyond the end; negative where entries are left over. */
  readonly after: number[]
}

function geometry(
  kernel: string,
  input: readonly number[],
  filter: readonly number[],
  attributes: Node['attributes'],
): Geometry {
  const { strides, pad, dilations, dimRoundingMode, dataFormat } =
    attributes as unknown as ConvolutionAttributes
  if (dataFormat?.startsWith('NC')) throw new Unlowered(kernel, 'with channels first has no ONNX form here')
  const flat = input.length === 4
  const info = (
    flat
      ? backend_util.computeConv2DInfo(
          input as never,
          filter as never,
          strides as number,
          (dilations ?? 1) as number,
          pad,
          dimRoundingMode,
          kernel.startsWith('Depthwise'),
        )
      : backend_util.computeConv3DInfo(
          input as never,
          filter as never,
          strides as number,
          (dilations ?? 1) as number,
          pad as 'same',
        )
  ) as backend_util.Conv3DInfo
  const planar = <T>(list: T[]) => list.slice(flat ? 1 : 0)
  const size = planar([info.filterDepth, info.filterHeight, info.filterWidth])
  const stride = planar([info.strideDepth, info.strideHeight, info.strideWidth])
  const dilation = planar([info.dilationDepth, info.dilationHeight, info.dilationWidth])
  const before = planar([info.padInfo.front, info.padInfo.top, info.padInfo.left])
  const after = size.map((k, i) =>
    endPadding(input[i + 1]!, info.outShape[i + 1]!, (k - 1) * dilation[i]! + 1, stride[i]!, before[i]!),
  )
  return { filter: size, stride, dilation, before, after }
}

/** [...spatial, in, out] -> [out, in, ...spatial]. */
const outFirst = (emit: Emit, filter: Name, rank: number) =>
  transpose(emit, filter, [rank - 1, rank - 2, ...range(rank - 2)])

/** [h, w, c, m] -> [c m, 1, h, w]. */
const perChannel = (emit: Emit, filter: Name, [h, w, c, m]: readonly number[]) =>
  reshape(emit, transpose(emit, filter, [2, 3, 0, 1]), [c! * m!, 1, h!, w!])

const forward: Lowering = (node, emit) => {
  const [x, filter] = node.inputs as [Node, Node]
  const g = geometry(node.op, x.shape, filter.shape, node.attributes)
  const rank = x.shape.length
  const deep = node.op.startsWith('Depthwise')
  const weights = deep
    ? perChannel(emit, emit.of(filter), filter.shape)
    : outFirst(emit, emit.of(filter), rank)
  const y = emit('Conv', [toFirst(emit, fromFirst(emit, emit.of(x), x.shape, g.before), rank), weights], {
    strides: g.stride,
    dilations: g.dilation,
    pads: atLeast0([...g.before, ...g.after]),
    group: x.shape.at(-1)! / (deep ? 1 : filter.shape.at(-2)!),
  })
  return toLast(emit, y, rank)
}

const toInput: Lowering = (node, emit) => {
  const [dy, filter] = node.inputs as [Node, Node]
  const g = geometry(node.op, node.shape, filter.shape, node.attributes)
  const rank = node.shape.length
  const deep = node.op.startsWith('Depthwise')
  const weights = deep
    ? perChannel(emit, emit.of(filter), filter.shape)
    : outFirst(emit, emit.of(filter), rank)
  const dx = emit('ConvTranspose', [toFirst(emit, emit.of(dy), rank), weights], {
    strides: g.stride,
    dilations: g.dilation,
    pads: atLeast0([...g.before, ...g.after]),
    output_padding: atLeast0(g.after.map(n => -n)),
    group: node.shape.at(-1)! / (deep ? 1 : filter.shape.at(-2)!),
  })
  const margins = g.before.map((n): [number, number] => [Math.max(0, -n), 0])
  return pad(emit, toLast(emit, dx, rank), [[0, 0], ...margins, [0, 0]], number(emit, 0))
}

/** A convolution of the images with the outputs' gradients, in which batch and channels have changed places. */
const toFilter: Lowering = (node, emit) => {
  const [x, dy] = node.inputs as [Node, Node]
  const g = geometry(node.op, x.shape, node.shape, node.attributes)
  const [n, height, width, c] = x.shape as [number, number, number, number]
  const [h, w] = [height, width].map((size, i) => size + Math.min(0, g.before[i]!)) as [number, number]
  const deep = node.op.startsWith('Depthwise')
  const images = transpose(emit, fromFirst(emit, emit.of(x), x.shape, g.before), [3, 0, 1, 2])
  const windows = transpose(emit, emit.of(dy), [3, 0, 1, 2])
  const sums = emit('Conv', [deep ? reshape(emit, images, [1, c * n, h, w]) : images, windows], {
    strides: g.dilation,
    dilations: g.stride,
    pads: atLeast0([...g.before, ...g.after]),
    group: deep ? c : 1,
  })
  // Entries that are left over would be further taps.
  const taps = g.filter.map((k, i) => k + Math.max(0, -g.after[i]!))
  const out = dy.shape.at(-1)!
  const whole = [deep ? 1 : c, out, ...taps]
  const ends = [...whole.slice(0, 2), ...g.filter]
  const kept = slice(
    emit,
    sums,
    whole,
    whole.map(() => 0),
    ends,
  )
  const ordered = deep ? reshape(emit, kept, [c, out / c, ...g.filter]) : kept
  return transpose(emit, ordered, [2, 3, 0, 1])
}

export const convolution: Lowerings = {
  Conv2D: forward,
  Conv2DBackpropInput: toInput,
  Conv2DBackpropFilter: toFilter,
  DepthwiseConv2dNative: forward,
  DepthwiseConv2dNativeBackpropInput: toInput,
  DepthwiseConv2dNativeBackpropFilter: toFilter,
  Conv3D: forward,
  Conv3DBackpropInputV2: toInput,
}
