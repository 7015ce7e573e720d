import { type Graph, type Node, nodesOf, usesOf } from '../graph.ts'
import type { Device, Model } from '../target.ts'
import { type ChooseForm, fastest } from './convolution/forms.ts'
import { type Grouped, groupedOf } from './convolution/grouped.ts'
import { draft } from './emit.ts'
import { grouped } from './operators/convolution.ts'
import { lowerings } from './operators/index.ts'
import { roomOf } from './room.ts'

export { Unlowered } from './emit.ts'

/** What `lower` is told about where the model will run. */
export interface LowerOptions {
  /** Default: a processor of which nothing else is known. */
  readonly device?: Device
  /** How convolutions are written (default: as is fastest by measurement). */
  readonly form?: ChooseForm
}

/** Convolutions in groups, by the node that joins their parts, if nothing else needs the parts' results. */
function groupsIn(graph: Graph, order: readonly Node[]): Map<Node, Grouped> {
  const uses = usesOf(graph)
  return new Map(
    order.flatMap(node => {
      const found = groupedOf(node)
      return found && node.inputs.every(part => uses.get(part) === 1) ? [[node, found]] : []
    }),
  )
}

/**
 * Writes a traced graph as an ONNX model. Its inputs are named i0, i1, ... and its outputs o0, o1, ... in the graph's order; all
 * inputs are there, used or not. Throws `Unlowered` at a kernel without an ONNX form.
 */
export function lower(
  graph: Graph,
  {
    device = { kind: 'cpu' },
    form = (pass, extent, forms) => fastest(pass, extent, forms, device.kind),
  }: LowerOptions = {},
): Model {
  const model = draft(lowerings, { device, form })
  const inputs = graph.inputs.map(({ shape, dtype }, i) => ({ name: `i${i}`, shape, type: dtype }))
  graph.inputs.forEach((node, i) => {
    model.input(node, `i${i}`)
  })
  const order = nodesOf(graph)
  const groups = groupsIn(graph, order)
  const within = new Set([...groups.values()].flatMap(({ parts }) => parts))
  for (const node of order) {
    const group = groups.get(node)
    // Constants come when they are asked for: a scalar may have taken their place. So do parts, for whoever else needs them.
    if (group) model.computed(node, grouped(node, group, model.emit))
    else if (node.op !== 'Constant' && !within.has(node)) model.emit.of(node)
  }
  const outputs = graph.outputs.map((node, i) => ({
    value: model.emit.of(node),
    name: `o${i}`,
    shape: node.shape,
    type: node.dtype,
  }))
  return {
    model: model.finish(inputs, outputs),
    inputs: inputs.map(({ name }) => name),
    outputs: outputs.map(({ name }) => name),
    room: roomOf(model.graph(inputs, outputs), model.shapes()),
  }
}
