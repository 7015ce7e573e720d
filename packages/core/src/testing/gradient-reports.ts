import { getBackend, memory, setBackend } from '@tensorflow/tfjs-core'
import {
  attempt,
  derivatives,
  errorsOf,
  type GradientCase,
  gradient,
  type Orders,
  type Problem,
  pose,
  products,
  value,
} from './derivatives.ts'
import { FLOAT64, registerFloat64, tensor64 } from './float64.ts'
import { dot, dotSize, type Numbers, plus, worst } from './vectors.ts'

export type { GradientCase, Orders, Outcome } from './derivatives.ts'
export type { InputSpec } from './samples.ts'

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

/** Double precision: float64 must be the current backend. */
const double = { make: tensor64 }

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

/** First derivatives along random directions, each input by itself. */
async function firstOrder(problem: Problem): Promise<number> {
  const grads = await gradient(problem, problem.xs, double)
  const errors: number[] = []
  for (const [i, g] of grads.entries()) {
    const [numeric] = await difference(problem, i, async xs => [await value(problem, xs, double)])
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
  const grads = await gradient(problem, xs, double)
  const sizes = grads.map((g, i) => dotSize(g, vs[i]!))
  const rows = await Promise.all(xs.map((_, i) => i).map(i => products(problem, double, [i])))
  const errors: number[] = []
  for (const j of xs.keys()) {
    const numeric = await difference(problem, j, async at => {
      const g = await gradient(problem, at, double)
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
  const problems = cases.map(spec => pose(spec, seed))
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
  const reference = await each(FLOAT64, async problem => ({
    orders: {
      first: await attempt(() => firstOrder(problem)),
      second: await attempt(() => secondOrder(problem)),
    },
    exact: await derivatives(problem, double),
  }))
  const others: Record<string, Orders>[] = cases.map(() => ({}))
  for (const backend of backends) {
    const means = backend === FLOAT64 ? double : {}
    await each(backend, async (problem, i) => {
      others[i]![backend] = errorsOf(await derivatives(problem, means), reference[i]!.exact)
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
