import { bytesOf } from './arena.ts'
import type { Cluster } from './elementwise/index.ts'
import { type Graph, input, type Node, nodesOf, sizeOf } from './graph.ts'

/**
 * A part of a graph that runs at once: from `sources` to `results`, nodes of the whole graph. `graph` computes the same with
 * inputs in the sources' places.
 */
export interface Stage {
  readonly kind: 'model' | 'element-wise'
  readonly sources: readonly Node[]
  readonly results: readonly Node[]
  readonly graph: Graph
}

/** A cluster, or a node that belongs to none. */
interface Unit {
  readonly cluster?: Cluster
  readonly nodes: readonly Node[]
  readonly from: readonly Node[]
}

/**
 * Cuts a graph into stages, to be run one after the other: models in which everything heavy is computed, and between them the
 * element-wise kernels. As few models as the order allows: a node belongs to the first model all of whose inputs are there.
 */
export function cut(graph: Graph, clusters: readonly Cluster[]): Stage[] {
  const nodes = nodesOf(graph).filter(node => node.op !== 'Input' && node.op !== 'Constant')
  const clusterOf = new Map(clusters.flatMap(cluster => cluster.nodes.map(node => [node, cluster])))
  const unitOf = new Map<Node, Unit>()
  for (const cluster of clusters) {
    const unit: Unit = { cluster, nodes: cluster.nodes, from: cluster.inputs }
    for (const node of cluster.nodes) unitOf.set(node, unit)
  }
  for (const node of nodes) if (!clusterOf.has(node)) unitOf.set(node, { nodes: [node], from: node.inputs })

  const levels = new Map<Unit, number>()
  const ordered: Unit[] = []
  // Units in an order in which each follows what it needs, by counting what is still missing.
  const units = [...new Set(nodes.map(node => unitOf.get(node)!))]
  const needs = (unit: Unit) => [...new Set(unit.from.flatMap(node => unitOf.get(node) ?? []))]
  const missing = new Map(units.map(unit => [unit, needs(unit).length]))
  const users = new Map<Unit, Unit[]>()
  for (const unit of units)
    for (const need of needs(unit)) users.set(need, [...(users.get(need) ?? []), unit])
  const ready = units.filter(unit => missing.get(unit) === 0)
  for (let unit = ready.shift(); unit; unit = ready.shift()) {
    ordered.push(unit)
    const level = needs(unit).map(need => levels.get(need)! + (need.cluster && !unit.cluster ? 1 : 0))
    levels.set(unit, Math.max(0, ...level))
    for (const user of users.get(unit) ?? []) {
      missing.set(user, missing.get(user)! - 1)
      if (missing.get(user) === 0) ready.push(user)
    }
  }
  if (ordered.length !== units.length)
    throw new Error('element-wise clusters depend on each other in a circle')

  const outputs = new Set(graph.outputs)
  const needed = new Map<Node, Set<string>>()
  const placeOf = (unit: Unit, i: number) => (unit.cluster ? `cluster ${i}` : `model ${levels.get(unit)}`)
  ordered.forEach((unit, i) => {
    for (const node of unit.nodes)
      for (const from of node.inputs)
        if (!needed.get(from)?.add(placeOf(unit, i))) needed.set(from, new Set([placeOf(unit, i)]))
  })
  const stages: Stage[] = []
  const stage = (place: string, own: readonly Node[], cluster?: Cluster) => {
    const inside = new Set(own)
    const given = new Set(cluster?.inputs)
    const results = own.filter(
      node => outputs.has(node) || [...(needed.get(node) ?? [])].some(where => where !== place),
    )
    const sources = new Set<Node>()
    const made = new Map<Node, Node>()
    for (const node of own) {
      const inputs = node.inputs.map(from => {
        if (inside.has(from)) return made.get(from)!
        if (from.op === 'Constant' && !given.has(from)) return from
        if (!made.has(from)) made.set(from, input(from.shape, from.dtype))
        sources.add(from)
        return made.get(from)!
      })
      made.set(node, { ...node, inputs })
    }
    stages.push({
      kind: cluster ? 'element-wise' : 'model',
      sources: [...sources],
      results,
      graph: {
        inputs: [...sources].map(node => made.get(node)!),
        outputs: results.map(node => made.get(node)!),
      },
    })
  }
  const last = Math.max(-1, ...levels.values())
  for (let level = 0; level <= last; level++) {
    const here = ordered.map((unit, i) => ({ unit, i })).filter(({ unit }) => levels.get(unit) === level)
    const model = here.flatMap(({ unit }) => (unit.cluster ? [] : unit.nodes))
    if (model.length > 0) stage(`model ${level}`, model)
    for (const { unit, i } of here) if (unit.cluster) stage(placeOf(unit, i), unit.nodes, unit.cluster)
  }
  return stages
}

/** Elements below which the runtime computes a cluster as fast as it is called once more. */
const FEW = 4096

const isSmall = (cluster: Cluster) => sizeOf(cluster.outputs[0]!.shape) <= FEW

/**
 * What one model hands to another is written and read again, which took .36 ms a megabyte; what kernels compute took .04 ms a megabyte less than in a
 * model (`npm run bench:passes`). So kernels must compute this many times as much as the cuts that they need let pass.
 */
const WORTH = 8

/**
 * As `cut`, without clusters that cost more than they save: where only small ones stand between two models, these two become one
 * and compute them too; and where more passes between models than the kernels' work is worth, all is one model.
 */
export function cutWell(graph: Graph, clusters: readonly Cluster[]): Stage[] {
  const stages = withoutSmall(graph, clusters)
  return bytes(handedOver(stages)) * WORTH > bytes(computed(stages)) ? cut(graph, []) : stages
}

const bytes = (nodes: readonly Node[]) =>
  nodes.reduce((sum, node) => sum + bytesOf(node.shape, node.dtype), 0)

/** What kernels compute. */
const computed = (stages: readonly Stage[]) =>
  stages.flatMap(({ kind, results }) => (kind === 'element-wise' ? results : []))

/** What models make and other models read. */
function handedOver(stages: readonly Stage[]): Node[] {
  const models = stages.filter(({ kind }) => kind === 'model')
  const made = new Set(models.flatMap(({ results }) => results))
  return [...new Set(models.flatMap(({ sources }) => sources))].filter(node => made.has(node))
}

function withoutSmall(graph: Graph, clusters: readonly Cluster[]): Stage[] {
  let kept = clusters
  let stages = cut(graph, kept)
  for (;;) {
    const better = between(stages, kept)
      .map(small => kept.filter(cluster => !small.includes(cluster)))
      .map(fewer => ({ fewer, stages: cut(graph, fewer) }))
      .find(other => models(other.stages) < models(stages))
    if (!better) return stages
    kept = better.fewer
    stages = better.stages
  }
}

const models = (stages: readonly Stage[]) => stages.filter(({ kind }) => kind === 'model').length

/** The small clusters after each model and before the next. */
function between(stages: readonly Stage[], clusters: readonly Cluster[]): Cluster[][] {
  const owner = new Map(clusters.flatMap(cluster => cluster.outputs.map(node => [node, cluster])))
  const groups: Cluster[][] = [[]]
  for (const { kind, results } of stages) {
    if (kind === 'model') groups.push([])
    else groups.at(-1)!.push(owner.get(results[0]!)!)
  }
  return groups.map(group => group.filter(isSmall)).filter(group => group.length > 0)
}
