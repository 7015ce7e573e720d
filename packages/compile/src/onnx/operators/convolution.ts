import { type Node, sizeOf } from '../../graph.ts'
import * as blocked from '../convolution/blocked.ts'
import { type Extent, type Form, type Pass, possible } from '../convolution/forms.ts'
import { type Correlation, geometryOf, outSize } from '../convolution/geometry.ts'
import * as patches from '../convolution/patches.ts'
import * as phases from '../convolution/phases.ts'
import { standard } from '../convolution/standard.ts'
import type { Emit, Lowering, Lowerings, Name } from '../emit.ts'

type Forms<F> = { readonly [form in Form]?: F }

const forward: Forms<phases.Forward> = {
  standard: (emit, x, filter, shape, bias) => standard.forward(emit, x, filter, shape, { bias }),
  patches: patches.forward,
  blocked: blocked.forward,
}

const toInput: Forms<phases.Forward> = {
  standard: (emit, dy, filter, shape) => standard.toInput(emit, dy, filter, shape),
  patches: (emit, dy, filter, shape) => phases.toInput(emit, dy, filter, shape, patches.forward),
  blocked: (emit, dy, filter, shape) => phases.toInput(emit, dy, filter, shape, blocked.forward),
}

const toFilter: Forms<phases.Forward> = {
  standard: (emit, x, dy, shape) => standard.toFilter(emit, x, dy, shape),
  patches: patches.toFilter,
  rows: patches.toFilterByRows,
}

const passes: { readonly [pass in Pass]: Forms<phases.Forward> } = { forward, toInput, toFilter }

export const shapeOf = (
  node: Node,
  input: readonly number[],
  filter: readonly number[],
  outputs: number,
): Correlation => ({
  ...geometryOf(node.op, input, filter, node.attributes),
  images: input[0]!,
  size: input.slice(1, -1),
  inputs: input.at(-1)!,
  outputs,
})

const mean = (list: readonly number[]) => sizeOf(list) ** (1 / list.length)

export const extentOf = (shape: Correlation): Extent => ({
  filter: mean(shape.filter),
  stride: mean(shape.stride),
  size: mean(outSize(shape)),
  inputs: shape.inputs,
  outputs: shape.outputs,
})

/** In the form that `emit.form` chooses among those possible; what is no plain convolution over two axes has ONNX's own. */
function written(
  pass: Pass,
  emit: Emit,
  [a, b, bias]: readonly [Name, Name, (Name | undefined)?],
  shape: Correlation,
  group: number,
): Name {
  const forms = group === 1 && shape.size.length === 2 ? possible(pass, shape, emit.device) : []
  if (forms.length === 0) return standard[pass](emit, a, b, shape, { group, bias })
  const form = emit.form(pass, extentOf(shape), forms)
  return passes[pass][form]!(emit, a, b, shape, bias)
}

const lowering =
  (pass: Pass): Lowering =>
  (node, emit) => {
    const [a, b, bias] = node.inputs as [Node, Node, Node?]
    const x = pass === 'toInput' ? node : a
    const filter = pass === 'toFilter' ? node : b
    const shape = shapeOf(node, x.shape, filter.shape, filter.shape.at(-1)!)
    const group = x.shape.at(-1)! / filter.shape.at(-2)!
    return written(pass, emit, [emit.of(a), emit.of(b), bias && emit.of(bias)], shape, group)
  }

/** Depthwise: the filter is [h, w, inputs, outputs of each]. */
const deep =
  (pass: Pass): Lowering =>
  (node, emit) => {
    const [a, b] = node.inputs as [Node, Node]
    const x = pass === 'toInput' ? node : a
    const filter = pass === 'toFilter' ? node : b
    const [each, of] = filter.shape.slice(-2) as [number, number]
    const shape = shapeOf(node, x.shape, filter.shape, each * of)
    return standard[pass](emit, emit.of(a), emit.of(b), shape, { deep: true, group: x.shape.at(-1)! })
  }

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
