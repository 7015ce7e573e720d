import { type Graph, type Node, sizeOf } from '../graph.ts'
import { emitOf, supports, uniform } from './operations.ts'
import { type Code, type Func, get, i32, loop, set, splat, v128, when } from './wasm.ts'

/** Vectors of four elements that one turn of the loop computes: 64 bytes, what buffers are padded to. */
const UNROLL = 4
const VECTOR = 16

/** Nodes between a graph's inputs and outputs, each after its inputs. Inputs need not be `Input` nodes: they end the walk. */
function between({ inputs, outputs }: Graph): Node[] {
  const done = new Set(inputs)
  const order: Node[] = []
  const stack = [...outputs].reverse()
  for (let node = stack.at(-1); node; node = stack.at(-1)) {
    const missing = done.has(node) ? [] : node.inputs.filter(from => !done.has(from))
    if (missing.length > 0) {
      stack.push(...missing.reverse())
      continue
    }
    stack.pop()
    if (!done.has(node)) {
      done.add(node)
      order.push(node)
    }
  }
  return order
}

/** The graph's one size besides 1, or 1. Throws if there are several, and on what must be float32. */
function check({ inputs, outputs }: Graph, nodes: readonly Node[]): void {
  const wide = [...inputs, ...nodes].map(node => sizeOf(node.shape)).filter(size => size !== 1)
  if (wide.some(size => size !== wide[0]))
    throw new Error(
      `an element-wise expression has tensors of one size besides 1; these have sizes ${[...new Set(wide)].join(', ')}`,
    )
  for (const node of [...inputs, ...outputs])
    if (node.dtype !== 'float32')
      throw new Error(
        `an element-wise expression reads and writes float32; its ${inputs.includes(node) ? 'input' : 'output'} ${node.op} is ${node.dtype}`,
      )
  const described = ({ op, shape, dtype }: Node) => `${op} of shape [${shape}] (${dtype})`
  for (const node of nodes)
    if (node.op === 'Constant' ? uniform(node) === undefined : !supports(node))
      throw new Error(
        `no element-wise expression for ${described(node)}${node.inputs.length > 0 ? ` from ${node.inputs.map(described).join(', ')}` : ''}; make it an input`,
      )
}

/**
 * The function that computes an element-wise graph in one pass over memory. Its arguments are the number of elements, then the
 * address of each input and each output. What depends on scalars alone is computed once, before the loop. Elements are computed
 * 16 at a time: buffers begin and end at multiples of 64 bytes, and what lies behind the last element up to there is overwritten
 * with numbers of no meaning. An output may lie where an input lies, but not overlap it otherwise; an output of size 1 writes
 * its 4 bytes only. Throws on what `supports` does not accept.
 */
export function expression(graph: Graph): Func {
  const { inputs, outputs } = graph
  const nodes = between(graph)
  check(graph, nodes)
  const [n, firstInput, firstOutput] = [0, 1, 1 + inputs.length]
  const parameters = firstOutput + outputs.length
  const offset = parameters
  let v128s = 0
  const local = () => offset + 1 + v128s++

  const before: Code[] = []
  const loads: ((copy: number) => Code)[] = []
  const turn: Code[] = []
  const used = new Set([...nodes.flatMap(node => node.inputs), ...outputs])
  /** Where each node's value is, and whether it differs from element to element. */
  const values = new Map<Node, { local: number; varies: boolean }>()
  const numbers = new Map<string, number>()
  const known = (value: number): number => {
    const key = Object.is(value, -0) ? '-0' : `${value}`
    const found = numbers.get(key) ?? local()
    if (!numbers.has(key)) before.push([...splat(value), ...set(found)])
    numbers.set(key, found)
    return found
  }

  inputs.forEach((node, i) => {
    if (!used.has(node)) return
    const value = { local: local(), varies: sizeOf(node.shape) !== 1 }
    values.set(node, value)
    const address = get(firstInput + i)
    if (value.varies)
      loads.push(copy => [
        ...[...address, ...get(offset), ...i32.add, ...v128.load(copy * VECTOR)],
        ...set(value.local),
      ])
    else before.push([...address, ...v128.load32Splat, ...set(value.local)])
  })
  for (const node of nodes) {
    if (node.op === 'Constant') {
      values.set(node, { local: known(uniform(node)!), varies: false })
      continue
    }
    const from = node.inputs.map(input => values.get(input)!)
    const code = emitOf(node)!(
      from.map(value => get(value.local)),
      value => get(known(value)),
      node,
    )
    const value = { local: local(), varies: from.some(input => input.varies) }
    ;(value.varies ? turn : before).push([...code, ...set(value.local)])
    values.set(node, value)
  }

  const stores = outputs.map((node, i) => {
    const [address, value] = [get(firstOutput + i), get(values.get(node)!.local)]
    return sizeOf(node.shape) === 1
      ? { after: [...address, ...value, ...v128.store32Lane] }
      : {
          turn: (copy: number) => [
            ...[...address, ...get(offset), ...i32.add],
            ...[...value, ...v128.store(copy * VECTOR)],
          ],
        }
  })
  const copies = Array.from({ length: UNROLL }, (_, copy) => [
    // All is read before anything is written: an output may be an input's place.
    ...loads.flatMap(load => load(copy)),
    ...turn.flat(),
    ...stores.flatMap(store => store.turn?.(copy) ?? []),
  ]).flat()
  const body = [
    ...before.flat(),
    // From here on n counts bytes.
    ...[...get(n), ...i32.const(2), ...i32.shl, ...set(n)],
    ...get(n),
    ...when(
      loop([
        ...copies,
        ...[...get(offset), ...i32.const(UNROLL * VECTOR), ...i32.add, ...set(offset)],
        ...[...get(offset), ...get(n), ...i32.ltU],
      ]),
    ),
    ...stores.flatMap(store => store.after ?? []),
  ]
  return { parameters, i32s: 1, v128s, body }
}
