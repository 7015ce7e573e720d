import {
  DeviceFault,
  type Engine,
  entries,
  fold,
  fromLeaves,
  isDue,
  type Key,
  leaves,
  type Players,
  type Prepared,
  type State,
  type Step,
  scoped,
  type Tree,
} from '@equilibria/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { arenaOf, paddedBytes, type Region } from './arena.ts'
import { sizeOf } from './graph.ts'
import { createHolder } from './held.ts'
import { needRoom, peakOf } from './memory.ts'
import { optimize } from './passes/index.ts'
import { bytesOfPlan, load, type Plan, type Program, planOf } from './program.ts'
import type { Target } from './target.ts'
import { TooLarge } from './too-large.ts'
import { carried, fingerprint, type TracedStep, tensorsWithin, traceStep } from './trace-step.ts'

const message = (e: unknown) => (e instanceof Error ? e.message : String(e))

/** Six hexadecimal digits that tell one plan from another: what it computes, and by which operators. */
function identity(variants: readonly Variant[]): string {
  let h = 0x811c9dc5
  const mix = (n: number) => {
    h = Math.imul(h ^ n, 0x01000193)
  }
  for (const { traced, plan } of variants) {
    const text = fingerprint(traced.graph)
    for (let i = 0; i < text.length; i++) mix(text.charCodeAt(i))
    for (const { model } of plan.stages) for (const byte of model?.model ?? []) mix(byte)
  }
  return (h >>> 8).toString(16).padStart(6, '0')
}

const shapesOf = (batches: readonly unknown[]) =>
  tensorsWithin(batches)
    .map(t => `${t.dtype}[${t.shape}]`)
    .join(' ')

/** A variant loaded, with the regions that are its own. */
interface Loaded {
  readonly traced: TracedStep
  readonly program: Program
  readonly draws: readonly Region[]
  readonly stats: readonly [readonly Region[], readonly Region[]]
  /** Which of its inputs it looks at. */
  readonly reads: readonly boolean[]
}

interface Variant {
  readonly traced: TracedStep
  readonly plan: Plan
}

/** A step compiled for batches of one shape. */
interface Compiled<P extends Players, B> {
  readonly id: string
  advance(state: State<P>, batches: readonly B[]): Promise<State<P>>
  release(): Promise<void>
}

async function compile<P extends Players, B>(
  target: Target,
  step: Step<P, B>,
  first: { readonly state: State<P>; readonly batches: readonly B[] },
): Promise<Compiled<P, B>> {
  const own = leaves<Tensor>(carried(first.state))
  const variants: Variant[] = traceStep(step, first).map(traced => {
    const graph = optimize(traced.graph)
    const updates = graph.outputs.slice(0, own.length).filter(node => sizeOf(node.shape) > 1)
    return { traced: { ...traced, graph }, plan: planOf(graph, { target, updates }) }
  })
  const id = identity(variants)

  // State has two regions each, read and written in turn; everything else one, shared by the variants.
  const shown = tensorsWithin(first.batches)
  const drawn = variants.map(({ traced }) => traced.graph.inputs.slice(own.length + shown.length + 1))
  const stats = variants.map(({ traced }) => traced.graph.outputs.slice(own.length))
  const room = (nodes: readonly { shape: readonly number[]; dtype: string }[]) =>
    nodes.reduce((sum, { shape, dtype }) => sum + paddedBytes(shape, dtype as 'float32'), 0)
  const bytes =
    2 * room(own) +
    room(shown) +
    64 +
    drawn.reduce((sum, nodes) => sum + room(nodes), 0) +
    2 * stats.reduce((sum, nodes) => sum + room(nodes), 0) +
    variants.reduce((sum, { plan }) => sum + bytesOfPlan(plan) + 64, 0)
  const plans = variants.map(({ plan }) => plan)
  needRoom(target, { arena: bytes, inside: peakOf(plans, target.kind) })
  const arena = arenaOf(bytes)
  const regions = (nodes: readonly { shape: readonly number[]; dtype: string }[]) =>
    nodes.map(({ shape, dtype }) => arena.region(shape, dtype as 'float32'))
  const state: (readonly [Region, Region])[] = own.map(
    ({ shape, dtype }) =>
      regions([
        { shape, dtype },
        { shape, dtype },
      ]) as [Region, Region],
  )
  const batch = regions(shown)
  const count = arena.region([], 'float32')
  const programs: Loaded[] = []
  const releasePrograms = async () => {
    for (const { program } of programs) await program.release()
  }
  try {
    for (const [i, { traced, plan }] of variants.entries()) {
      const used = new Set(plan.stages.flatMap(stage => stage.sources))
      programs.push({
        traced,
        draws: regions(drawn[i]!),
        stats: [regions(stats[i]!), regions(stats[i]!)] as const,
        reads: traced.graph.inputs.map(node => used.has(node) || traced.graph.outputs.includes(node)),
        program: await load(plan, target, arena),
      })
    }
  } catch (e) {
    await releasePrograms()
    throw e
  }
  const holder = createHolder()

  const read = async (tensor: Tensor, region: Region) => {
    region.view.set((await tensor.data()) as Float32Array)
  }
  /** The region that is free to be written: taken from its tensor if need be, for the state may still be lent. */
  const free = (pair: readonly [Region, Region], busy?: Region): Region => {
    const region = pair.find(r => r !== busy && !holder.isLent(r)) ?? pair.find(r => r !== busy)!
    holder.reclaim(region)
    return region
  }

  const advance = async (now: State<P>, batches: readonly B[]): Promise<State<P>> => {
    const chosen = programs.find(({ traced }) =>
      [...traced.answers].every(([k, answer]) => isDue(now.step, k) === answer),
    )!
    const { traced, program, draws, reads } = chosen
    const current = leaves<Tensor>(carried(now))
    const inputs = await Promise.all(
      current.map(async (tensor, i) => {
        const held = holder.regionOf(tensor)
        if (held && state[i]!.includes(held)) return held
        const region = free(state[i]!)
        if (reads[i]) await read(tensor, region)
        return region
      }),
    )
    await Promise.all(tensorsWithin(batches).map((tensor, i) => read(tensor, batch[i]!)))
    count.view[0] = now.step
    const root: Key = fold(now.key, now.step)
    traced.draws.forEach((draw, i) => {
      draws[i]!.view.set(draw.make(draw.path.reduce<Key>(fold, root)))
    })
    const outputs = state.map((pair, i) => free(pair, inputs[i]))
    const told = chosen.stats.find(set => set.every(r => !holder.isLent(r))) ?? chosen.stats[0]
    for (const region of told) holder.reclaim(region)
    await program.run([...inputs, ...batch, count, ...draws], [...outputs, ...told])
    return scoped(() => {
      const tensors = outputs.map(region => holder.lend(region))
      const next = fromLeaves(carried(now), tensors) as Omit<State<P>, 'step' | 'key' | 'stats'>
      const values = told.map(region => holder.lend(region))
      const numbered = traced.stats as { readonly [player: string]: Tree<number> }
      const stats = Object.fromEntries(
        step.players.map(name => {
          const mine = numbered[name] ?? {}
          const places = leaves<number>(mine)
          if (places.length === 0) return [name, sharedStats(now.stats[name] ?? {})]
          return [
            name,
            fromLeaves(
              mine,
              places.map(place => values[place - own.length]!),
            ),
          ]
        }),
      )
      return { ...next, step: now.step + 1, key: now.key, stats } as unknown as State<P>
    })
  }
  const sharedStats = (old: Tree): Tree =>
    fromLeaves(
      old,
      entries<Tensor>(old).map(([, tensor]) => holder.share(tensor) ?? tensor.clone()),
    )
  return {
    id,
    advance,
    release: releasePrograms,
  }
}

/**
 * Runs a step whole: traced once, simplified, and computed by ONNX Runtime on `target`, with the element-wise work of optimizers and
 * averages in generated kernels beside it. The same state, the same result as `eager` within rounding; what cannot be compiled runs
 * eagerly, with the reason in the notes. Throws `TooLarge` before anything runs if the step needs more memory than there is, and a `DeviceFault` where the target's GPU fails.
 */
export const compiled = (target: Target): Engine => ({
  name: `compiled: ${target.name}`,
  async prepare<P extends Players, B>(
    step: Step<P, B>,
    first: { readonly state: State<P>; readonly batches: readonly B[] },
  ): Promise<Prepared<P, B>> {
    const byShape = new Map<string, Compiled<P, B>>()
    const compiledFor = async (state: State<P>, batches: readonly B[]) => {
      const shapes = shapesOf(batches)
      const found = byShape.get(shapes) ?? (await compile(target, step, { state, batches }))
      byShape.set(shapes, found)
      return found
    }
    try {
      const { id } = await compiledFor(first.state, first.batches)
      return {
        name: `compiled: ${target.name}, plan ${id}`,
        advance: async (state, batches) => (await compiledFor(state, batches)).advance(state, batches),
        release: async () => {
          for (const each of byShape.values()) await each.release()
        },
      }
    } catch (e) {
      if (e instanceof TooLarge || e instanceof DeviceFault) throw e
      return {
        name: 'eager',
        notes: [`the step runs eagerly, not compiled: ${message(e)}`],
        advance: (state, batches) => step.next(state, batches),
      }
    }
  },
})
