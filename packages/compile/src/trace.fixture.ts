import { type Tensor, tidy } from '@tensorflow/tfjs-core'
import { type DType, type Graph, type Node, nodesOf } from './graph.ts'
import { compute } from './interpret.ts'
import { kernels } from './kernels.ts'
import { trace } from './trace.ts'

const outline = ({ shape, dtype }: Pick<Tensor, 'shape' | 'dtype'> | Node) => `${dtype}[${shape}]`

/**
 * Whatever is wrong with what `trace` makes of `f`: rules that disagree with what the current backend's kernel gave, attributes that
 * are not in normal form, results that are not bit for bit those of `f` run at once. Each node is looked at by itself: wrong shapes
 * in the middle may cancel out at the end.
 */
export function faultsOf(f: (xs: Tensor[]) => Tensor[], make: () => Tensor[]): string[] {
  return tidy(() => {
    const xs = make()
    const graph = trace(
      f,
      xs.map(({ shape, dtype }) => ({ shape, dtype: dtype as DType })),
    )
    return [...ruleFaults(graph, xs), ...resultFaults(graph, xs, f(xs))]
  })
}

const valuesOf = (graph: Graph, xs: readonly Tensor[]) => {
  const values = new Map<Node, Tensor>(graph.inputs.map((node, i) => [node, xs[i]!]))
  for (const node of nodesOf(graph))
    if (!values.has(node))
      values.set(
        node,
        compute(
          node,
          node.inputs.map(from => values.get(from)!),
        ),
      )
  return values
}

function ruleFaults(graph: Graph, xs: readonly Tensor[]): string[] {
  const values = valuesOf(graph, xs)
  return nodesOf(graph).flatMap(node => {
    const { op, inputs, attributes } = node
    const value = values.get(node)!
    const faults =
      outline(value) === outline(node)
        ? []
        : [`${op}: the rule says ${outline(node)}, the kernel gave ${outline(value)}`]
    if (op === 'Input' || op === 'Constant') return faults
    const text = JSON.stringify(attributes)
    if (Object.values(attributes).includes(undefined)) faults.push(`${op}: undefined in ${text}`)
    const again = JSON.stringify(kernels[op]!.rule(inputs, attributes).attributes)
    if (again !== text) faults.push(`${op}: ${text} is not in normal form, ${again} would be`)
    return faults
  })
}

function resultFaults(graph: Graph, xs: readonly Tensor[], expected: readonly Tensor[]): string[] {
  const values = valuesOf(graph, xs)
  return graph.outputs.flatMap((node, i) => {
    const [ours, theirs] = [values.get(node)!, expected[i]!]
    const [a, b] = [ours.dataSync(), theirs.dataSync()]
    const same = outline(ours) === outline(theirs) && a.every((x, k) => Object.is(x, b[k]))
    return same ? [] : [`result ${i}: ${outline(ours)} ${a}, at once ${outline(theirs)} ${b}`]
  })
}
