import { type Graph, type Node, rewrite, sizeOf } from '../graph.ts'
import { call } from '../kernels.ts'
import { repeated } from './simplify.ts'

/** A run of entries: how many, and how far apart in the source; 0 where the same is repeated. */
interface Run {
  readonly size: number
  readonly step: number
}

/** Each axis of a tensor that repeats `x` along axes of size one, as a run. */
function runsOf(x: Node, shape: readonly number[]): Run[] {
  const padded = [...shape.slice(x.shape.length).map(() => 1), ...x.shape]
  let step = sizeOf(padded)
  return padded.map((own, axis) => {
    step /= own
    return { size: shape[axis]!, step: own === 1 ? 0 : step }
  })
}

/** The runs of another shape of the same entries, by its axes; undefined if an axis would need parts of runs that do not divide. */
function reshaped(runs: readonly Run[], shape: readonly number[]): Run[][] | undefined {
  const rest = [...runs]
  const axes: Run[][] = []
  // From the last axis on.
  for (const size of shape.toReversed()) {
    const own: Run[] = []
    for (let open = size; open > 1; ) {
      const run = rest.pop()
      if (!run) return undefined
      const taken = Math.min(open, run.size)
      if (run.size % taken !== 0 || open % taken !== 0) return undefined
      if (run.size > taken) rest.push({ size: run.size / taken, step: run.step * taken })
      own.unshift({ size: taken, step: run.step })
      open /= taken
    }
    axes.unshift(own)
  }
  return axes
}

/** Whether runs that repeat nothing go through the source in its own order. */
function inOrder(runs: readonly Run[], size: number): boolean {
  let step = size
  return runs
    .filter(run => run.step !== 0 && run.size > 1)
    .every(run => {
      step /= run.size
      return run.step === step
    })
}

/**
 * Up-sampling repeats pixels and then moves axes so that copies come to lie side by side. The copies are the same, so that no more
 * than axes to repeat along are needed, and nothing has to be moved.
 */
export const unfold = (graph: Graph): Graph =>
  rewrite(graph, node => {
    const [flat] = node.inputs
    if (node.op !== 'Transpose' || flat!.op !== 'Reshape') return node
    const whole = flat!.inputs[0]!
    const x = repeated(whole)
    const axes = x && reshaped(runsOf(x, whole.shape), flat!.shape)
    if (!axes) return node
    const runs = (node.attributes.perm as readonly number[]).flatMap(axis => axes[axis]!)
    if (!inOrder(runs, sizeOf(x.shape))) return node
    const small = call('Reshape', [x], { shape: runs.map(run => (run.step === 0 ? 1 : run.size)) })
    const reps = runs.map(run => (run.step === 0 ? run.size : 1))
    return call('Reshape', [call('Tile', [small], { reps })], { shape: node.shape })
  })
