import { registerWasmKernels } from '@equilibria/backends'
import {
  type Batch,
  type Engine,
  entries,
  fold,
  key,
  makeStep,
  type Optimizer,
  type Params,
  type Players,
  release,
  type State,
  sgd,
  simultaneous,
  tensorsOf,
  type Tree,
} from '@equilibria/core'
import { memory, setBackend, type Tensor } from '@tensorflow/tfjs-core'
import { batchOf, type Subject } from './subjects.fixture.ts'
import { compiled } from './engine.ts'
import { onnxruntimeNode } from './targets/onnxruntime-node.ts'

/** Sets wasm, on which steps run eagerly. */
export const useWasm = async () => {
  await import('@tensorflow/tfjs-backend-wasm')
  await setBackend('wasm')
  registerWasmKernels()
}

/** Compiled on onnxruntime-node; nothing, with a warning, where that is not installed. */
export const engineHere = async (threads = 1): Promise<Engine | undefined> => {
  try {
    return compiled(await onnxruntimeNode({ threads }))
  } catch (e) {
    console.warn(`skipped: ${(e as Error).message}`)
    return undefined
  }
}

/** All numbers of a tree, by path. */
export const numbersOf = async (tree: Tree): Promise<Map<string, Float32Array>> =>
  new Map(
    await Promise.all(
      entries<Tensor>(tree).map(
        async ([path, tensor]) => [path, Float32Array.from(await tensor.data())] as const,
      ),
    ),
  )

/** An optimizer that keeps, beside its own state, the gradients it was given last. */
const keepingGradients = (inner: Optimizer): Optimizer => ({
  ...inner,
  init: params => ({ own: inner.init(params), gradients: params }),
  update: (gradients, state, params) => {
    const [moved, own] = inner.update(gradients, (state as { own: Tree }).own, params)
    return [moved, { own, gradients }]
  },
})

const norm = (numbers: Iterable<number>) => {
  let sum = 0
  for (const x of numbers) sum += x * x
  return Math.sqrt(sum)
}

type Numbers = Map<string, Float32Array>

/** The largest |a - b| / max(1, |b|). Throws unless both have the same paths, and finite numbers. */
function apart(a: Numbers, b: Numbers): number {
  if ([...a.keys()].join() !== [...b.keys()].join())
    throw new Error(`compiled has ${[...a.keys()]}, eager ${[...b.keys()]}`)
  let most = 0
  for (const [path, values] of b)
    values.forEach((y, i) => {
      const x = a.get(path)![i]!
      if (!Number.isFinite(x) || !Number.isFinite(y)) throw new Error(`${path}: compiled ${x}, eager ${y}`)
      most = Math.max(most, Math.abs(x - y) / Math.max(1, Math.abs(y)))
    })
  return most
}

/** |a - b| / |b| over all numbers. */
const relative = (a: Numbers, b: Numbers) =>
  norm([...b].flatMap(([path, values]) => Array.from(values, (y, i) => y - a.get(path)![i]!))) /
  norm([...b.values()].flatMap(values => [...values]))

/** How far a compiled step was from the eager one at most. */
export interface Apart {
  /** Costs and other statistics, |a - b| / max(1, |b|). */
  readonly stats: number
  /** Gradients of a player, |a - b| / |b| in norm. */
  readonly gradients: number
  /** Any number of the next state, |a - b| / max(1, |b|). */
  readonly state: number
}

/**
 * Compares compiled and eager steps from the same states and batches along the trajectory of one of them; without dynamics of its own the
 * subject plays simultaneously, by plain gradients. Throws if the step is not compiled, has no gradient, or if tensors are left behind.
 */
export async function compare(
  engine: Engine,
  { game, dynamics = simultaneous(), optimizer = sgd(0.05), slots = {}, ...subject }: Subject,
  { n, states, along = 'eager' }: { n: number; states: number; along?: 'eager' | 'compiled' },
): Promise<Apart> {
  const step = makeStep<Players, Batch>({ game, dynamics, optimizer: keepingGradients(optimizer), slots })
  const draw = (at: number) =>
    Array.from({ length: step.draws }, (_, d) =>
      batchOf({ game, ...subject }, n, fold(key(1), 'data'), at * step.draws + d),
    )
  const gradientsOf = ({ optimizers }: State, player: string) =>
    numbersOf((optimizers[player] as { gradients: Params }).gradients)
  const most = { stats: 0, gradients: 0, state: 0 }
  const look = (what: keyof Apart, value: number) => {
    most[what] = Math.max(most[what], value)
  }
  let state = step.init(1)
  const first = draw(0)
  const prepared = await engine.prepare(step, { state, batches: first })
  if (prepared.notes?.length) throw new Error(prepared.notes.join('\n'))
  release(first as never)
  let tensors: number | undefined
  for (let i = 0; i < states; i++) {
    const batches = draw(i)
    const ours = await prepared.advance(state, batches)
    const theirs = step.next(state, batches)
    look('stats', apart(await numbersOf(ours.stats), await numbersOf(theirs.stats)))
    look('state', apart(await numbersOf(tensorsOf(ours)), await numbersOf(tensorsOf(theirs))))
    for (const player of step.players) {
      const value = relative(await gradientsOf(ours, player), await gradientsOf(theirs, player))
      if (Number.isNaN(value)) throw new Error(`no gradient of ${player} at state ${i}`)
      look('gradients', value)
    }
    const [next, other] = along === 'eager' ? [theirs, ours] : [ours, theirs]
    release([tensorsOf(state), tensorsOf(other), batches as never], tensorsOf(next))
    state = next
    tensors ??= memory().numTensors
    if (memory().numTensors !== tensors)
      throw new Error(`${memory().numTensors - tensors} tensors were left behind`)
  }
  release(tensorsOf(state))
  await prepared.release?.()
  return most
}
