import {
  type Clock,
  type Draw,
  entries,
  fold,
  fromLeaves,
  type Key,
  key,
  leaves,
  type Players,
  type State,
  type Step,
  type Tree,
  watchDraws,
} from '@equilibria/core'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import { type DType, type Graph, input, type Node, nodesOf } from './graph.ts'
import { trace, Untraceable } from './trace.ts'

/** Answers to whether a step is a k-th one, by k. */
export type Answers = ReadonlyMap<number, boolean>

/** A training step as a graph, for all steps at which its clock gives the same answers. */
export interface TracedStep {
  /** From the leaves of `carried(state)`, of the batches, the step count and random numbers, to the leaves of the state and of its statistics. */
  readonly graph: Graph
  /** How the graph's random inputs, its last ones, are drawn. */
  readonly draws: readonly Draw[]
  readonly answers: Answers
  /** The statistics, as a tree of the indices of the outputs that are them. */
  readonly stats: Tree<number>
}

/** What of a state a step reads and makes anew; statistics are only made. */
export const carried = <P extends Players>({
  params,
  optimizers,
  dynamics,
  memory,
  slots,
}: State<P>): Tree => ({
  params,
  optimizers,
  dynamics,
  memory,
  slots,
})

/** Tensors anywhere in plain arrays and objects, in order. */
export const tensorsWithin = (value: unknown): Tensor[] =>
  isTensor(value) ? [value] : isContainer(value) ? Object.values(value).flatMap(tensorsWithin) : []

const isTensor = (value: unknown): value is Tensor =>
  typeof value === 'object' && value !== null && 'dataId' in value

const isContainer = (value: unknown): value is object =>
  Array.isArray(value) ||
  (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype)

/** The same value with `tensors` in place of its own, in order. */
function withTensors<T>(value: T, tensors: Iterator<Tensor>): T {
  const replaced = (v: unknown): unknown => {
    if (isTensor(v)) return tensors.next().value
    if (Array.isArray(v)) return v.map(replaced)
    return isContainer(v) ? Object.fromEntries(Object.entries(v).map(([k, x]) => [k, replaced(x)])) : v
  }
  return replaced(value) as T
}

const described = ({ shape, dtype }: Tensor) => {
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool')
    throw new Untraceable(`a step can be compiled over float32, int32 and bool tensors, got one of ${dtype}`)
  return { shape, dtype: dtype as DType }
}

/** One trace with a clock that answers as `answers` says, no by default. */
function traceOnce<P extends Players, B>(
  step: Step<P, B>,
  first: { readonly state: State<P>; readonly batches: readonly B[] },
  answers: Answers,
  root: Key,
): TracedStep {
  const { state, batches } = first
  const own = leaves<Tensor>(carried(state))
  const shown = tensorsWithin(batches)
  const asked = new Map<number, boolean>()
  const draws: { draw: Draw; numbers: Float32Array; node: Node }[] = []
  let stats: Tree<number> = {}
  const graph = watchDraws(
    root,
    drawOf =>
      trace(
        tensors => {
          const made = fromLeaves(carried(state), tensors.slice(0, own.length)) as Pick<
            State<P>,
            'params' | 'optimizers' | 'dynamics' | 'memory' | 'slots'
          >
          const clock: Clock = {
            step: tensors.at(-1) as Scalar,
            due: k => {
              const answer = asked.get(k) ?? answers.get(k) ?? false
              asked.set(k, answer)
              return answer
            },
          }
          const without = Object.fromEntries(step.players.map(name => [name, {}])) as State<P>['stats']
          const next = step.next(
            { ...state, ...made, stats: without },
            withTensors(batches, tensors.slice(own.length, -1).values()) as readonly B[],
            { key: root, clock },
          )
          const results = leaves<Tensor>(carried(next))
          const told = entries<Tensor>(next.stats)
          stats = fromLeaves(
            next.stats,
            told.map((_, i) => results.length + i),
          )
          return [...results, ...told.map(([, tensor]) => tensor)]
        },
        [...own.map(described), ...shown.map(described), { shape: [], dtype: 'float32' }],
        {
          onWrite: (values, shape, dtype) => {
            const draw = typeof values === 'object' ? drawOf(values as ArrayLike<number>) : undefined
            if (!draw) return undefined
            const numbers = values as Float32Array
            // The same draw made again (by another player at the same point) is the same input.
            const twin = draws.find(
              other =>
                other.draw.path.join('/') === draw.path.join('/') &&
                other.node.shape.join() === shape.join() &&
                other.numbers.every((x, i) => x === numbers[i]),
            )
            const node = twin?.node ?? input(shape, dtype)
            if (!twin) draws.push({ draw, numbers, node })
            return node
          },
        },
      ),
    () => {
      throw new Untraceable(
        'random numbers of the step are made by bits(), uniforms(), normals() or integers() where draw() does not see them, so that a compiled step would repeat them: make tensors by normal() or uniform(), or the numbers in draw(key, make)',
      )
    },
  )
  return {
    graph: { inputs: [...graph.inputs, ...draws.map(({ node }) => node)], outputs: graph.outputs },
    draws: draws.map(({ draw }) => draw),
    answers: asked,
    stats,
  }
}

/** Everything that decides what a graph computes, constants included. */
export function fingerprint(graph: Graph): string {
  const ids = new Map<Node, number>(graph.inputs.map((node, i) => [node, i]))
  const lines: string[] = []
  for (const node of nodesOf(graph)) {
    if (!ids.has(node)) ids.set(node, ids.size)
    const { op, inputs, attributes, shape, dtype, values } = node
    lines.push(
      JSON.stringify([
        op,
        inputs.map(from => ids.get(from)),
        attributes,
        shape,
        dtype,
        values ? hash(values) : 0,
      ]),
    )
  }
  return `${lines.join('\n')}\n${graph.outputs.map(node => ids.get(node)).join()}`
}

/** FNV-1a of the bytes. */
const hash = (values: NonNullable<Node['values']>): number => {
  let h = 0x811c9dc5
  for (const byte of new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    h = Math.imul(h ^ byte, 0x01000193)
  return h >>> 0
}

/** More ways than this for a clock to answer are not prepared. */
const MOST_VARIANTS = 8

/**
 * The step as graphs, one for each way in which its clock may answer. Throws `Untraceable` if the step reads numbers, needs
 * something that tracing does not know, or is not the same function at each step.
 */
export function traceStep<P extends Players, B>(
  step: Step<P, B>,
  first: { readonly state: State<P>; readonly batches: readonly B[] },
): TracedStep[] {
  const root = key(1)
  const variants: TracedStep[] = []
  const open: Answers[] = [new Map()]
  for (let answers = open.pop(); answers; answers = open.pop()) {
    const known = [...answers]
    const traced = traceOnce(step, first, answers, root)
    if (variants.length === 0) {
      const again = traceOnce(step, first, answers, fold(root, 'again'))
      if (fingerprint(again.graph) !== fingerprint(traced.graph))
        throw new Untraceable(
          "the step computes with numbers that change from call to call and are not tensors of its state, its batch or its clock, nor drawn from the turn's key",
        )
    }
    variants.push(traced)
    if (variants.length > MOST_VARIANTS)
      throw new Untraceable(
        `the step asks its clock in more than ${MOST_VARIANTS} ways: use the same period for terms that need not have their own`,
      )
    const questions = [...traced.answers]
    for (let i = known.length; i < questions.length; i++)
      open.push(new Map([...questions.slice(0, i), [questions[i]![0], !questions[i]![1]]]))
  }
  return variants
}
