import { type Node, sizeOf } from '../../graph.ts'
import type { Rectified } from '../../kernels/convolutions.ts'
import * as blocked from '../convolution/blocked.ts'
import * as cells from '../convolution/cells.ts'
import type { Forward, Rectifier } from '../convolution/finish.ts'
import { type Extent, type Form, type Pass, possible } from '../convolution/forms.ts'
import { type Correlation, geometryOf, outSize } from '../convolution/geometry.ts'
import type { Grouped } from '../convolution/grouped.ts'
import * as patches from '../convolution/patches.ts'
import * as phases from '../convolution/phases.ts'
import { standard } from '../convolution/standard.ts'
import type { Emit, Lowering, Lowerings, Name } from '../emit.ts'

type Forms<F> = { readonly [form in Form]?: F }

const forward: Forms<Forward> = {
  standard: standard.forward,
  patches: patches.forward,
  blocked: blocked.forward,
  cells: cells.forward,
}

const toInput: Forms<Forward> = {
  standard: (emit, dy, filter, shape) => standard.toInput(emit, dy, filter, shape),
  patches: (emit, dy, filter, shape) => phases.toInput(emit, dy, filter, shape, patches.forward),
  blocked: blocked.toInput,
  cells: cells.toInput,
}

const toFilter: Forms<Forward> = {
  standard: (emit, x, dy, shape) => standard.toFilter(emit, x, dy, shape),
  patches: patches.toFilter,
  rows: patches.toFilterByRows,
  cells: cells.toFilter,
}

const passes: { readonly [pass in Pass]: Forms<Forward> } = { forward, toInput, toFilter }

/** What a kernel convolves, whatever the gradient: shapes of the images and of the filter [h, w, inputs / groups, outputs]. */
export const shapeOf = (
  { op, attributes }: Pick<Node, 'op' | 'attributes'>,
  images: readonly number[],
  filter: readonly number[],
  outputs: number,
): Correlation => ({
  // Of one group: tfjs has no others, and groups have the same geometry.
  ...geometryOf(op, [...images.slice(0, -1), filter.at(-2)!], filter, attributes),
  images: images[0]!,
  size: images.slice(1, -1),
  inputs: images.at(-1)!,
  outputs,
  groups: images.at(-1)! / filter.at(-2)!,
})

const mean = (list: readonly number[]) => sizeOf(list) ** (1 / list.length)

export const extentOf = (shape: Correlation): Extent => ({
  filter: mean(shape.filter),
  stride: mean(shape.stride),
  size: mean(outSize(shape)),
  inputs: shape.inputs / shape.groups,
  outputs: shape.outputs / shape.groups,
  groups: shape.groups,
  dilation: mean(shape.dilation),
})

/** Shapes of the images and of the filter of a pass. */
const sides = (pass: Pass, [a, b, result]: readonly (readonly number[])[]) => ({
  images: pass === 'toInput' ? result! : a!,
  filter: pass === 'toFilter' ? result! : b!,
})

/** What a fused kernel applies to its results. */
function rectifierOf({ attributes }: Node): Rectifier | undefined {
  const { activation = 'linear', leakyreluAlpha } = attributes as Rectified
  if (activation === 'linear') return undefined
  return activation === 'relu' ? { op: 'Relu' } : { op: 'LeakyRelu', alpha: leakyreluAlpha! }
}

const lowering =
  (pass: Pass): Lowering =>
  (node, emit) => {
    const [a, b, bias] = node.inputs as [Node, Node, Node?]
    const { images, filter } = sides(pass, [a.shape, b.shape, node.shape])
    const shape = shapeOf(node, images, filter, filter.at(-1)!)
    const finish = { bias: bias && emit.of(bias), rectifier: rectifierOf(node) }
    // Over three axes, ONNX's own form is the only one.
    if (shape.size.length !== 2) return standard[pass](emit, emit.of(a), emit.of(b), shape, finish)
    const form = emit.form(pass, extentOf(shape), possible(pass, shape, emit.device))
    return passes[pass][form]!(emit, emit.of(a), emit.of(b), shape, finish)
  }

/** Depthwise, in the only form that there is (see `possible`): the filter is [h, w, inputs, outputs of each]. */
const deep =
  (pass: Pass): Lowering =>
  (node, emit) => {
    const [a, b] = node.inputs as [Node, Node]
    const { images, filter } = sides(pass, [a.shape, b.shape, node.shape])
    const [each, of] = filter.slice(-2) as [number, number]
    const shape = { ...shapeOf(node, images, filter, each * of), groups: each }
    return standard[pass](emit, emit.of(a), emit.of(b), shape, { deep: true })
  }

const passOf: { readonly [op: string]: Pass } = {
  Conv2D: 'forward',
  Conv2DBackpropInput: 'toInput',
  Conv2DBackpropFilter: 'toFilter',
}

/** The same pass over all groups at once. */
export const grouped = (node: Node, { op, operands, attributes }: Grouped, emit: Emit): Name =>
  lowering(passOf[op]!)({ ...node, op, attributes, inputs: operands }, emit)

export const convolution: Lowerings = {
  Conv2D: lowering('forward'),
  FusedConv2D: lowering('forward'),
  Conv2DBackpropInput: lowering('toInput'),
  Conv2DBackpropFilter: lowering('toFilter'),
  DepthwiseConv2dNative: deep('forward'),
  DepthwiseConv2dNativeBackpropInput: deep('toInput'),
  DepthwiseConv2dNativeBackpropFilter: deep('toFilter'),
  Conv3D: lowering('forward'),
  Conv3DBackpropInputV2: lowering('toInput'),
}
