import {
  getBackend,
  memory,
  mul,
  setBackend,
  sum,
  type Tensor,
  tensor,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core'
import { gradients, hvp } from '../autodiff/index.ts'
import { fold, type Key, key } from '../key.ts'
import { FLOAT64, registerFloat64, tensor64 } from './float64.ts'
import { direction, type InputSpec, samples } from './samples.ts'
import { dot, dotSize, minus, type Numbers, norm, plus, worst } from './vectors.ts'

export type { InputSpec } from './samples.ts'

/** A function of tensors whose gradients are to be proved. */
export interface GradientCase {
  readonly name: string
  /** The float inputs to differentiate in. */
  readonly inputs: readonly InputSpec[]
  /** Any differentiable function of the inputs; a result of any shape. Must not keep tensors between calls. */
  readonly f: (...xs: Tensor[]) => Tensor
  /** 1 where the second derivative is known to refuse; 2 if not given. */
  readonly order?: 1 | 2
  /** Relative error allowed on float64, 1e-6 if not given: larger where a kernel is itself an approximation. */
  readonly tolerance?: number
}

/**
 * A relative error, or why there is none: 'refuses: ...' where an operation says that it has no gradient, 'no kernel
 * ...' where the backend lacks one, 'error: ...' for anything else.
 */
export type Outcome = number | string

/** Relative errors of first and second derivatives. */
export interface Orders {
  readonly first: Outcome
  readonly second: Outcome
}

export interface GradientReport {
  readonly name: string
  /** Against finite differences on the float64 backend. */
  readonly float64: Orders
  /** Each further backend's derivatives against those of float64. */
  readonly backends: Readonly<Record<string, Orders>>
  /** Tensors that the differentiations left behind, on all backends. */
  readonly leaks: number
}

export interface GradientCheckOptions {
  /** Backends to compare with float64, already registered; none if not given. */
  readonly backends?: readonly string[]
  /** Seed of inputs, directions and the projection of the result; 0 if not given. */
  readonly seed?: number
}

/** Makes tensors, reads them, and leaves nothing behind. */
async function read(make: () => Tensor[]): Promise<Numbers[]> {
  const tensors = tidy(make)
  const values = await Promise.all(tensors.map(async t => Float64Array.from((await t.data()) as Numbers)))
  for (const t of tensors) t.dispose()
  return values
}

/** A case with everything drawn: numbers only, so that it can be run on any backend. */
interface Problem {
  readonly spec: GradientCase
  readonly xs: Float64Array[]
  readonly vs: Float64Array[]
  readonly key: Key
}

function pose(spec: GradientCase, root: Key): Problem {
  const k = fold(root, spec.name)
  const xs = spec.inputs.map((input, i) => samples(input, fold(fold(k, 'x'), i)))
  return { spec, xs, vs: xs.map((x, i) => direction(x.length, fold(fold(k, 'v'), i))), key: k }
}

const make = (values: Numbers, shape: number[]) =>
  getBackend() === FLOAT64 ? tensor64(values, shape) : tensor(Float32Array.from(values), shape)

const tensorsOf = (problem: Problem, values: readonly Numbers[]) =>
  problem.spec.inputs.map(({ shape }, i) => make(values[i]!, shape))

/** <c, f(x)> with random c: one number that depends on every entry of the result. */
function projected(problem: Problem, xs: Tensor[]): Tensor {
  const y = problem.spec.f(...xs)
  const c = direction(y.size, fold(problem.key, 'c'))
  return sum(mul(y, make(c, y.shape)))
}

const value = async (problem: Problem, xs: readonly Numbers[]) =>
  (await read(() => [projected(problem, tensorsOf(problem, xs))]))[0]![0]!

const gradient = (problem: Problem, at: readonly Numbers[]) =>
  read(() => {
    const xs = tensorsOf(problem, at)
    return gradients(() => projected(problem, xs), xs).grads
  })

/** Derivatives of <gradient, v>, v being nonzero in the chosen inputs only. */
const products = (problem: Problem, chosen: readonly number[]) =>
  read(() => {
    const xs = tensorsOf(problem, problem.xs)
    const vs = xs.map((x, i) => (chosen.includes(i) ? make(problem.vs[i]!, x.shape) : zeros(x.shape)))
    return hvp(() => projected(problem, xs), xs, vs).products
  })

const step = 1e-4

/** Fourth-order central difference of any list of functions along a direction in input i. */
async function difference(
  problem: Problem,
  i: number,
  f: (xs: Numbers[]) => Promise<number[]>,
): Promise<number[]> {
  const at = (scale: number) =>
    f(problem.xs.map((x, j) => (i === j ? plus(x, problem.vs[i]!, scale * step) : x)))
  const [far, near] = [[await at(-2), await at(2)] as const, [await at(-1), await at(1)] as const]
  return near[0].map((_, k) => (8 * (near[1][k]! - near[0][k]!) - (far[1][k]! - far[0][k]!)) / (12 * step))
}

async function attempt(run: () => Promise<number>): Promise<Outcome> {
  try {
    return await run()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const kernel = /Kernel '(\w+)' not registered/.exec(message)
    if (kernel) return `no kernel ${kernel[1]}`
    return /no gradient|have none/.test(message) ? `refuses: ${message}` : `error: ${message}`
  }
}

/** First derivatives along random directions, each input by itself. */
async function firstOrder(problem: Problem): Promise<number> {
  const grads = await gradient(problem, problem.xs)
  const errors: number[] = []
  for (const [i, g] of grads.entries()) {
    const [numeric] = await difference(problem, i, async xs => [await value(problem, xs)])
    const exact = dot(g, problem.vs[i]!)
    errors.push(
      Math.abs(exact - numeric!) / Math.max(Math.abs(numeric!), 1e-3 * dotSize(g, problem.vs[i]!), 1e-9),
    )
  }
  return worst(errors)
}

/** Every block of the Hessian, mixed ones included, between two random directions. */
async function secondOrder(problem: Problem): Promise<number> {
  const { xs, vs } = problem
  const grads = await gradient(problem, xs)
  const sizes = grads.map((g, i) => dotSize(g, vs[i]!))
  const rows = await Promise.all(xs.map((_, i) => i).map(i => products(problem, [i])))
  const errors: number[] = []
  for (const j of xs.keys()) {
    const numeric = await difference(problem, j, async at => {
      const g = await gradient(problem, at)
      return g.map((gi, i) => dot(gi, vs[i]!))
    })
    for (const i of xs.keys()) {
      const exact = dot(rows[i]![j]!, vs[j]!)
      const scale = Math.max(
        Math.abs(numeric[i]!),
        1e-3 * dotSize(rows[i]![j]!, vs[j]!),
        1e-3 * sizes[i]!,
        1e-9,
      )
      errors.push(Math.abs(exact - numeric[i]!) / scale)
    }
  }
  return worst(errors)
}

/** Largest relative distance between two lists of vectors; what vanishes is measured against `scale`. */
const distance = (a: readonly Numbers[], b: readonly Numbers[], scale: readonly number[]) =>
  worst(a.map((x, i) => norm(minus(x, b[i]!)) / Math.max(norm(b[i]!), 1e-3 * scale[i]!, 1e-9)))

const all = (problem: Problem) => problem.xs.map((_, i) => i)

/**
 * Proves the gradients of each case: on the float64 backend against finite differences, first derivatives as well as
 * every block of the second (mixed ones included); then on each given backend against float64. Registers float64 if
 * needed, and returns to the backend that was current.
 */
export async function gradientReports(
  cases: readonly GradientCase[],
  { backends = [], seed = 0 }: GradientCheckOptions = {},
): Promise<GradientReport[]> {
  registerFloat64()
  const before = getBackend()
  const problems = cases.map(spec => pose(spec, key(seed)))
  const leaks = cases.map(() => 0)
  const each = async <T>(backend: string, run: (problem: Problem, i: number) => Promise<T>): Promise<T[]> => {
    if (!(await setBackend(backend))) throw new Error(`gradientReports: backend '${backend}' cannot be used`)
    const results: T[] = []
    for (const [i, problem] of problems.entries()) {
      const { numTensors } = memory()
      results.push(await run(problem, i))
      leaks[i]! += memory().numTensors - numTensors
    }
    return results
  }
  const reference = await each(FLOAT64, async problem => {
    const first = await attempt(() => firstOrder(problem))
    const second = await attempt(() => secondOrder(problem))
    const g = typeof first === 'number' ? await gradient(problem, problem.xs) : []
    const h = typeof second === 'number' ? await products(problem, all(problem)) : []
    return { orders: { first, second }, g, h }
  })
  const others: Record<string, Orders>[] = cases.map(() => ({}))
  for (const backend of backends) {
    await each(backend, async (problem, i) => {
      const { g, h } = reference[i]!
      const scale = g.map(norm)
      const compare = (exact: Numbers[], run: () => Promise<Numbers[]>) =>
        attempt(async () => {
          const found = await run()
          return exact.length === 0 ? Number.NaN : distance(found, exact, scale)
        })
      others[i]![backend] = {
        first: await compare(g, () => gradient(problem, problem.xs)),
        second: await compare(h, () => products(problem, all(problem))),
      }
    })
  }
  if (before) await setBackend(before)
  return cases.map(({ name }, i) => ({
    name,
    float64: reference[i]!.orders,
    backends: others[i]!,
    leaks: leaks[i]!,
  }))
}
