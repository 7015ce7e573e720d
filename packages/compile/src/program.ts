import { type Arena, paddedBytes, type Region } from './arena.ts'
import { cutWell, type Stage } from './cut.ts'
import { clusters as findClusters, fuse } from './elementwise/index.ts'
import type { Graph, Node } from './graph.ts'
import { lower } from './onnx/lower.ts'
import type { Device, Model, Session, Target } from './target.ts'

/** A graph made ready for a target: models and kernels in the order in which they run. */
export interface Plan {
  readonly graph: Graph
  readonly stages: readonly (Stage & { readonly model?: Model })[]
  /** Bytes that pass between stages, and where in them each value is. */
  readonly passing: { readonly bytes: number; readonly at: ReadonlyMap<Node, number> }
  /** Constants that stages read as tensors, or that are results. */
  readonly constants: readonly Node[]
}

/** What a plan is made of. */
export interface PlanOptions {
  readonly target: Device
  /** Results that are worth an element-wise kernel: new parameters and the state of optimizers. None on a GPU. */
  readonly updates?: readonly Node[]
}

/** Cuts a graph into stages and lowers the heavy ones. Throws what lowering throws on kernels that it does not know. */
export function planOf(graph: Graph, { target, updates = [] }: PlanOptions): Plan {
  const found = target.kind === 'gpu' ? [] : findClusters(graph, updates)
  const stages = cutWell(graph, found).map(stage =>
    stage.kind === 'model' ? { ...stage, model: lower(stage.graph, { device: target }) } : stage,
  )
  const outputs = new Set(graph.outputs)
  // Lives of what passes between stages: from the stage that makes it to the last that reads it.
  const lives = new Map<Node, Life>()
  const constants = new Set(graph.outputs.filter(node => node.op === 'Constant'))
  stages.forEach((stage, i) => {
    for (const node of stage.results) if (!outputs.has(node)) lives.set(node, { from: i, to: i })
    for (const node of stage.sources) {
      const life = lives.get(node)
      if (life) lives.set(node, { ...life, to: i })
      if (node.op === 'Constant') constants.add(node)
    }
  })
  return { graph, stages, passing: placed(lives), constants: [...constants] }
}

/** The stages between which a value is needed: the one that makes it and the last that reads it. */
export interface Life {
  readonly from: number
  readonly to: number
}

/** Addresses such that values alive at the same time do not overlap: each at the lowest that is free, big ones first. */
export function placed(lives: ReadonlyMap<Node, Life>): Plan['passing'] {
  const at = new Map<Node, number>()
  const taken: (Life & { readonly begin: number; readonly end: number })[] = []
  const bySize = [...lives].sort(([a], [b]) => paddedBytes(b.shape, b.dtype) - paddedBytes(a.shape, a.dtype))
  let bytes = 0
  for (const [node, { from, to }] of bySize) {
    const size = paddedBytes(node.shape, node.dtype)
    const others = taken
      .filter(other => other.from <= to && from <= other.to)
      .sort((a, b) => a.begin - b.begin)
    let begin = 0
    for (const other of others) {
      if (begin + size <= other.begin) break
      begin = Math.max(begin, other.end)
    }
    at.set(node, begin)
    taken.push({ from, to, begin, end: begin + size })
    bytes = Math.max(bytes, begin + size)
  }
  return { bytes, at }
}

/** Bytes of an arena that a plan takes besides its inputs and outputs. */
export const bytesOfPlan = ({ constants, passing }: Plan): number =>
  constants.reduce((sum, node) => sum + paddedBytes(node.shape, node.dtype), passing.bytes)

/** A plan loaded on a target, bound to an arena. */
export interface Program {
  /** Computes the graph's outputs from its inputs; an output may not share a region with an input. */
  run(inputs: readonly Region[], outputs: readonly Region[]): Promise<void>
  release(): Promise<void>
}

/** Loads a plan's models on the target, and its kernels on the arena. */
export async function load(plan: Plan, target: Target, arena: Arena): Promise<Program> {
  const { graph, stages } = plan
  const passing = arena.reserve(plan.passing.bytes)
  const fixed = new Map<Node, Region>()
  for (const node of plan.constants) {
    const region = arena.region(node.shape, node.dtype)
    region.view.set(node.values!)
    fixed.set(node, region)
  }
  for (const [node, at] of plan.passing.at)
    fixed.set(node, arena.region(node.shape, node.dtype, passing + at))
  const wise = stages.filter(stage => stage.kind === 'element-wise')
  const kernels = fuse(
    wise.map(stage => stage.graph),
    arena.memory,
  )
  const sessions = new Map<Stage, Session>()
  const release = async () => {
    for (const session of sessions.values()) await session.release()
  }
  try {
    for (const stage of stages) if (stage.model) sessions.set(stage, await target.load(stage.model))
  } catch (e) {
    await release() // They would keep their device, and what is on it.
    throw e
  }
  const inputIndex = new Map(graph.inputs.map((node, i) => [node, i]))
  // The first place of an output is computed; others, and outputs that are inputs or constants, are copies.
  const outputIndex = new Map<Node, number>()
  graph.outputs.forEach((node, i) => {
    if (!outputIndex.has(node) && node.op !== 'Input' && node.op !== 'Constant') outputIndex.set(node, i)
  })
  return {
    run: async (inputs, outputs) => {
      const regionOf = (node: Node): Region => {
        const i = inputIndex.get(node)
        if (i !== undefined) return inputs[i]!
        const o = outputIndex.get(node)
        return o === undefined ? fixed.get(node)! : outputs[o]!
      }
      for (const stage of stages) {
        const sources = stage.sources.map(regionOf)
        const results = stage.results.map(regionOf)
        const session = sessions.get(stage)
        if (session) await session.run(sources, results)
        else
          kernels[wise.indexOf(stage)]!.run(
            results[0]!.view.length,
            sources.map(region => region.pointer),
            results.map(region => region.pointer),
          )
      }
      graph.outputs.forEach((node, i) => {
        if (outputIndex.get(node) !== i) outputs[i]!.view.set(regionOf(node).view)
      })
    },
    release,
  }
}
