import { compiled, type Target } from '@equilibria/compile'
import type { Engine } from '@equilibria/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { arenaOf, paddedBytes } from '../../packages/compile/src/arena.ts'
import type { DType } from '../../packages/compile/src/graph.ts'
import { optimize } from '../../packages/compile/src/passes/index.ts'
import { bytesOfPlan, load, planOf } from '../../packages/compile/src/program.ts'
import { trace } from '../../packages/compile/src/trace.ts'
import type { Evaluate } from '../../packages/core/src/testing/derivatives.ts'
import type { Means } from './checks.ts'

/** Computes a function as a step would be: traced, simplified, lowered and run whole. */
const evaluate =
  (target: Target): Evaluate =>
  async (f, xs) => {
    const outlines = xs.map(({ shape, dtype }) => ({ shape, dtype: dtype as DType }))
    const graph = optimize(trace((ts: Tensor[]) => f(...ts), outlines))
    const plan = planOf(graph, { target, updates: graph.outputs })
    const ends = [...graph.inputs, ...graph.outputs]
    const arena = arenaOf(
      ends.reduce((sum, n) => sum + paddedBytes(n.shape, n.dtype), bytesOfPlan(plan)) + 4096,
    )
    const room = (nodes: typeof ends) => nodes.map(({ shape, dtype }) => arena.region(shape, dtype))
    const [inputs, outputs] = [room([...graph.inputs]), room([...graph.outputs])]
    for (const [i, x] of xs.entries()) inputs[i]!.view.set((await x.data()) as Float32Array)
    const program = await load(plan, target, arena)
    try {
      await program.run(inputs, outputs)
      return outputs.map(({ view }) => Float64Array.from(view))
    } finally {
      await program.release()
    }
  }

/** Throws where an engine gives way to another: a check that ran eagerly would say nothing of the target. */
const strict = (engine: Engine): Engine => ({
  ...engine,
  prepare: async (step, first) => {
    const prepared = await engine.prepare(step, first)
    if (!prepared.name.startsWith(engine.name))
      throw new Error(`${engine.name} gave way to ${prepared.name}: ${prepared.notes?.join('; ')}`)
    return prepared
  },
})

/** Steps and derivatives compiled for a target. */
export const compiledFor = (target: Target): Means => ({
  name: target.name,
  engine: strict(compiled(target)),
  evaluate: evaluate(target),
})
