import { type Graph, type Node, nodesOf, sizeOf } from '../graph.ts'
import { moved, supports, uniform } from './operations.ts'

/** Nodes that one element-wise kernel computes: a graph whose inputs are nodes of the whole graph. */
export interface Cluster extends Graph {
  /** Each after those it needs. */
  readonly nodes: readonly Node[]
  /** Elements of each. */
  readonly n: number
}

/** Operations that are worth a kernel of their own; one alone costs a pass over memory wherever it is computed. */
const FEWEST = 2

/**
 * What of a graph element-wise kernels should compute: `roots` (new parameters, optimizer state, averages) and all that is
 * connected with them through supported nodes of more than one element and inputs of the graph. Connected nodes form one cluster,
 * so the moments of a parameter are computed together with it. No cluster depends on itself by way of others or of nodes
 * outside: several updates of one parameter in a step are clusters of their own. A cluster's inputs are float32, of its size or of
 * size 1; constants of one number are not among them. Its outputs are what is needed outside.
 */
export function clusters(graph: Graph, roots: readonly Node[]): Cluster[] {
  const nodes = nodesOf({ outputs: [...graph.outputs, ...roots] })
  const users = new Map<Node, Node[]>(nodes.map(node => [node, []]))
  for (const node of nodes) for (const from of new Set(node.inputs)) users.get(from)!.push(node)
  const results = new Set([...graph.outputs, ...roots])

  const seen = new Set<Node>()
  const members = new Set<Node>()
  const reached = [...roots]
  for (let node = reached.pop(); node; node = reached.pop()) {
    if (seen.has(node) || sizeOf(node.shape) === 1) continue
    seen.add(node)
    if (supports(node)) members.add(node)
    if (members.has(node)) reached.push(...node.inputs)
    // An update that only looks ahead shares its parameter and moments with the one that stays.
    if (members.has(node) || node.op === 'Input') reached.push(...users.get(node)!)
  }

  for (;;) {
    const groupOf = groups(nodes, members, users)
    const leaves = (node: Node) =>
      results.has(node) || users.get(node)!.some(user => groupOf.get(user) !== groupOf.get(node))
    const enters = (node: Node) => node.inputs.some(from => !members.has(from))
    const astray = [...members].filter(
      node =>
        // Conditions are no tensors of ours: none may cross a cluster's edge.
        (node.dtype === 'bool' && leaves(node)) ||
        node.inputs.some(from => from.dtype === 'bool' && !members.has(from)) ||
        // What comes in and goes out unchanged need not pass through.
        (moved(node) && enters(node) && leaves(node)),
    )
    if (astray.length === 0) return collect(nodes, groupOf, users, results)
    for (const node of astray) members.delete(node)
  }
}

/**
 * Which members belong together. A node's level counts how often, on the way to it, a member's value goes outside; within a
 * level nothing comes back, so connected members of one level can be computed at once.
 */
function groups(
  nodes: readonly Node[],
  members: ReadonlySet<Node>,
  users: ReadonlyMap<Node, readonly Node[]>,
): Map<Node, Node> {
  const early = new Map<Node, number>()
  for (const node of nodes) {
    const crossings = (from: Node) => (members.has(from) && !members.has(node) ? 1 : 0)
    early.set(node, Math.max(0, ...node.inputs.map(from => early.get(from)! + crossings(from))))
  }
  // Members are computed as late as their users allow: what is ready early (a moment times its decay) belongs to where it is used.
  const level = new Map(early)
  for (const node of nodes.toReversed()) {
    const own = members.has(node) ? users.get(node)! : []
    if (own.length > 0)
      level.set(node, Math.min(...own.map(user => level.get(user)! - (members.has(user) ? 0 : 1))))
  }
  // Each member points towards its group's first.
  const first = new Map<Node, Node>()
  const find = (node: Node): Node => {
    let top = node
    for (let up = first.get(top)!; up !== top; up = first.get(top)!) top = up
    first.set(node, top)
    return top
  }
  for (const node of nodes) {
    if (!members.has(node)) continue
    first.set(node, node)
    for (const from of node.inputs)
      if (members.has(from) && level.get(from) === level.get(node)) first.set(find(node), find(from))
  }
  return new Map([...first.keys()].map(node => [node, find(node)]))
}

function collect(
  nodes: readonly Node[],
  groupOf: ReadonlyMap<Node, Node>,
  users: ReadonlyMap<Node, readonly Node[]>,
  results: ReadonlySet<Node>,
): Cluster[] {
  const parts = new Map<Node, Node[]>()
  for (const node of nodes) {
    const group = groupOf.get(node)
    if (!group) continue
    const part = parts.get(group)
    if (part) part.push(node)
    else parts.set(group, [node])
  }
  return [...parts].flatMap(([group, own]) => {
    if (own.filter(node => node.inputs.length > 0 && !moved(node)).length < FEWEST) return []
    const inside = (node: Node) => groupOf.get(node) === group
    const inputs = new Set(own.flatMap(node => node.inputs).filter(from => !inside(from)))
    return {
      inputs: [...inputs].filter(from => uniform(from) === undefined),
      outputs: own.filter(node => results.has(node) || users.get(node)!.some(user => !inside(user))),
      nodes: own,
      n: sizeOf(group.shape),
    }
  })
}
