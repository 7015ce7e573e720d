import { type Graph, type Node, rewrite, type Values } from '../graph.ts'

const bytesOf = (values: Values) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)

/** A short text that equal values share. */
function fingerprint(values: Values): string {
  const bytes = bytesOf(values)
  if (bytes.length <= 64) return bytes.join()
  // FNV-1a; equality is checked where fingerprints meet.
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return `${bytes.length}:${hash >>> 0}`
}

const same = (a: Values, b: Values) => {
  const [left, right] = [bytesOf(a), bytesOf(b)]
  return left.length === right.length && left.every((byte, i) => byte === right[i])
}

/**
 * Common subexpressions: what is computed twice from the same is computed once. Costs of several players at the same point share
 * their forward passes this way, forward and backward convolutions their patches.
 */
export function merge(graph: Graph): Graph {
  const ids = new Map<Node, number>()
  const known = new Map<string, Node[]>()
  const idOf = (node: Node) => {
    const id = ids.get(node) ?? ids.size
    ids.set(node, id)
    return id
  }
  return rewrite(graph, node => {
    const { op, inputs, attributes, shape, dtype, values } = node
    const text = JSON.stringify([
      op,
      inputs.map(idOf),
      attributes,
      shape,
      dtype,
      values ? fingerprint(values) : '',
    ])
    const alike = known.get(text)
    if (!alike) {
      known.set(text, [node])
      return node
    }
    const twin = values ? alike.find(other => same(other.values!, values)) : alike[0]
    if (!twin) alike.push(node)
    return twin ?? node
  })
}
