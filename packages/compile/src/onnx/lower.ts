import { type Graph, nodesOf } from '../graph.ts'
import type { Model, Target } from '../target.ts'
import { draft } from './emit.ts'
import { lowerings } from './operators/index.ts'

export { Unlowered } from './emit.ts'

/** What `lower` is told about where the model will run. */
export interface LowerOptions {
  /** Which measured choices to make (default `cpu`). */
  readonly target?: Target['kind']
}

/**
 * Writes a traced graph as an ONNX model. Its inputs are named i0, i1, ... and its outputs o0, o1, ... in the graph's order; all
 * inputs are there, used or not. Throws `Unlowered` at a kernel without an ONNX form.
 */
export function lower(graph: Graph, { target = 'cpu' }: LowerOptions = {}): Model {
  const model = draft(lowerings, target)
  const inputs = graph.inputs.map(({ shape, dtype }, i) => ({ name: `i${i}`, shape, type: dtype }))
  graph.inputs.forEach((node, i) => {
    model.input(node, `i${i}`)
  })
  // Constants come when they are asked for: a scalar may have taken their place.
  for (const node of nodesOf(graph)) if (node.op !== 'Constant') model.emit.of(node)
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
  }
}
