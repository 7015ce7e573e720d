import { mul, sum, type Tensor, tensor, tidy, zeros } from '@tensorflow/tfjs-core'
import { gradients, hvp } from '../autodiff/index.ts'
import { fold, type Key, key } from '../key.ts'
import { direction, type InputSpec, samples } from './samples.ts'
import { minus, type Numbers, norm, worst } from './vectors.ts'

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

/** How to make a float tensor of a list of numbers on the current backend. */
export type Make = (values: Numbers, shape: number[]) => Tensor

/** In single precision. */
export const single: Make = (values, shape) => tensor(Float32Array.from(values), shape)

/** A case with everything drawn: numbers only, so that it can be run on any backend. */
export interface Problem {
  readonly spec: GradientCase
  readonly xs: Float64Array[]
  readonly vs: Float64Array[]
  readonly key: Key
}

/** Draws a case's inputs, directions and the projection of its result. */
export function pose(spec: GradientCase, seed = 0): Problem {
  const k = fold(key(seed), spec.name)
  const xs = spec.inputs.map((input, i) => samples(input, fold(fold(k, 'x'), i)))
  return { spec, xs, vs: xs.map((x, i) => direction(x.length, fold(fold(k, 'v'), i))), key: k }
}

/** Computes a function of tensors and reads what it gives; leaves nothing behind. What a compiler has to offer, too. */
export type Evaluate = (f: (...xs: Tensor[]) => Tensor[], xs: Tensor[]) => Promise<Numbers[]>

/** Operation by operation on the current backend. */
export const eagerly: Evaluate = async (f, xs) => {
  const tensors = tidy(() => f(...xs))
  const values = await Promise.all(tensors.map(async t => Float64Array.from((await t.data()) as Numbers)))
  for (const t of tensors) t.dispose()
  return values
}

/** How derivatives are computed: in single precision and operation by operation, if nothing is given. */
export interface Means {
  readonly make?: Make
  readonly evaluate?: Evaluate
}

async function evaluated(
  problem: Problem,
  at: readonly Numbers[],
  f: (xs: Tensor[]) => Tensor[],
  { make = single, evaluate = eagerly }: Means,
): Promise<Numbers[]> {
  const xs = problem.spec.inputs.map(({ shape }, i) => make(at[i]!, shape))
  try {
    return await evaluate((...ts) => f(ts), xs)
  } finally {
    for (const x of xs) x.dispose()
  }
}

/** <c, f(x)> with random c: one number that depends on every entry of the result. */
function projected(problem: Problem, xs: Tensor[], { make = single }: Means): Tensor {
  const y = problem.spec.f(...xs)
  const c = direction(y.size, fold(problem.key, 'c'))
  return sum(mul(y, make(c, y.shape)))
}

/** The projected result at given inputs. */
export const value = async (problem: Problem, at: readonly Numbers[], means: Means = {}): Promise<number> =>
  (await evaluated(problem, at, xs => [projected(problem, xs, means)], means))[0]![0]!

/** Its gradient there, in each input. */
export const gradient = (problem: Problem, at: readonly Numbers[], means: Means = {}): Promise<Numbers[]> =>
  evaluated(problem, at, xs => gradients(() => projected(problem, xs, means), xs).grads, means)

/** Derivatives of <gradient, v>, v being nonzero in the chosen inputs only (all if not given). */
export const products = (
  problem: Problem,
  means: Means = {},
  chosen?: readonly number[],
): Promise<Numbers[]> => {
  const { make = single } = means
  const along = (xs: Tensor[]) =>
    xs.map((x, i) => (!chosen || chosen.includes(i) ? make(problem.vs[i]!, x.shape) : zeros(x.shape)))
  return evaluated(
    problem,
    problem.xs,
    xs => hvp(() => projected(problem, xs, means), xs, along(xs)).products,
    means,
  )
}

/** Runs; what it threw becomes words. */
export async function attempt<T>(run: () => Promise<T>): Promise<T | string> {
  try {
    return await run()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const kernel = /Kernel '(\w+)' not registered/.exec(message)
    if (kernel) return `no kernel ${kernel[1]}`
    return /no gradient|have none/.test(message) ? `refuses: ${message}` : `error: ${message}`
  }
}

/** First and second derivatives of a case at its inputs, or why there are none. */
export interface Derivatives {
  readonly first: Numbers[] | string
  readonly second: Numbers[] | string
}

/** Derivatives of a case; reads are asynchronous, and nothing here is Node's alone. */
export const derivatives = async (problem: Problem, means: Means = {}): Promise<Derivatives> => ({
  first: await attempt(() => gradient(problem, problem.xs, means)),
  second: await attempt(() => products(problem, means)),
})

/** Largest relative distance between two lists of vectors; what vanishes is measured against `scale`. */
const distance = (a: readonly Numbers[], b: readonly Numbers[], scale: readonly number[]) =>
  worst(a.map((x, i) => norm(minus(x, b[i]!)) / Math.max(norm(b[i]!), 1e-3 * scale[i]!, 1e-9)))

/** How far derivatives are from the exact ones; not a number where those are missing. */
export function errorsOf(found: Derivatives, exact: Derivatives): Orders {
  const scale = typeof exact.first === 'string' ? [] : exact.first.map(norm)
  const compare = (a: Numbers[] | string, b: Numbers[] | string): Outcome =>
    typeof a === 'string' ? a : typeof b === 'string' ? Number.NaN : distance(a, b, scale)
  return { first: compare(found.first, exact.first), second: compare(found.second, exact.second) }
}
