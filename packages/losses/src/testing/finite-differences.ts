import { gradients } from '@equilibria/core'
import { add, mul, type Scalar, scalar, stack, sum, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'

/** A scalar as a function of tensors. */
export type Cost = (xs: readonly Tensor[]) => Scalar

/** One number of a gradient that is not what finite differences say, in words. */
export type Failure = string

/** What is measured, and how closely it must agree. */
export interface DifferenceOptions {
  /** How far apart the points of a difference lie. */
  readonly step?: number
  /** Largest difference allowed, relative to 1 + |expected|. */
  readonly tolerance?: number
  /** Names of the tensors, for messages. */
  readonly names?: readonly string[]
}

// Central differences of fourth order: f'(x) h = sum over k of weight (f(x + k h) - f(x - k h)).
const stencil = [
  [1, 2 / 3],
  [2, -1 / 12],
] as const

/** The gradient of `cost` in every number of `xs` by central differences. */
async function differences(cost: Cost, xs: readonly Tensor[], step: number): Promise<number[][]> {
  const values = await Promise.all(xs.map(x => x.data()))
  const result: number[][] = []
  for (const [which, x] of xs.entries()) {
    const costs = tidy(() => {
      const at = (index: number, delta: number) => {
        const moved = Float32Array.from(values[which]!)
        moved[index]! += delta
        return cost(xs.map((other, i) => (i === which ? tensor(moved, x.shape) : other)))
      }
      const each = Array.from({ length: x.size }, (_, i) =>
        stencil.flatMap(([k]) => [at(i, k * step), at(i, -k * step)]),
      )
      return stack(each.flat())
    })
    const read = await costs.data()
    costs.dispose()
    const slope = (i: number) =>
      stencil.reduce((sum, [, weight], k) => {
        const pair = 2 * (stencil.length * i + k)
        return sum + (weight / step) * (read[pair]! - read[pair + 1]!)
      }, 0)
    result.push(Array.from({ length: x.size }, (_, i) => slope(i)))
  }
  return result
}

/** Reads `cost` and its gradient in each of `xs`. */
export async function evaluate(
  cost: Cost,
  xs: readonly Tensor[],
): Promise<{ value: number; grads: number[][] }> {
  const { value, grads } = tidy(() => {
    const { value, grads } = gradients(() => cost(xs), xs)
    return { value, grads }
  })
  const [[read] = [], ...rest] = await Promise.all(
    [value, ...grads].map(async t => {
      const numbers = [...(await t.data())]
      t.dispose()
      return numbers
    }),
  )
  return { value: read!, grads: rest }
}

/** Compares the gradient of `cost` in `xs` with central differences; `what` begins each message. */
export async function checkGradient(
  what: string,
  cost: Cost,
  xs: readonly Tensor[],
  { step = 2 ** -7, tolerance = 1e-3, names = xs.map((_, i) => `input ${i}`) }: DifferenceOptions = {},
): Promise<Failure[]> {
  const expected = await differences(cost, xs, step)
  const { grads: given } = await evaluate(cost, xs)
  return expected.flatMap((row, which) =>
    row.flatMap((number, i) => {
      const got = given[which]![i]!
      return Math.abs(got - number) <= tolerance * (1 + Math.abs(number))
        ? []
        : [`${what}: in ${names[which]}[${i}] autodiff gives ${got}, finite differences give ${number}`]
    }),
  )
}

/**
 * As `checkGradient`, at a price that does not grow with the tensors: along two irregular directions in each tensor instead of
 * in each of its numbers.
 */
export async function checkSlopes(
  what: string,
  cost: Cost,
  xs: readonly Tensor[],
  { step = 2 ** -7, tolerance = 1e-3, names = xs.map((_, i) => `input ${i}`) }: DifferenceOptions = {},
): Promise<Failure[]> {
  const ways = xs.flatMap((x, which) => [0, 1].map(turn => ({ which, v: direction(x, 5 * turn + which) })))
  const [slopes, costs] = tidy(() => {
    const { grads } = gradients(() => cost(xs), xs)
    const at = (which: number, v: Tensor, by: number) =>
      cost(xs.map((x, i) => (i === which ? add(x, mul(v, by)) : x)))
    return [
      stack(ways.map(({ which, v }) => sum(mul(grads[which]!, v)))),
      stack(
        ways.flatMap(({ which, v }) =>
          stencil.flatMap(([k]) => [at(which, v, k * step), at(which, v, -k * step)]),
        ),
      ),
    ] as const
  })
  const [given, read] = await Promise.all([slopes.data(), costs.data()])
  for (const t of [slopes, costs, ...ways.map(({ v }) => v)]) t.dispose()
  return ways.flatMap(({ which }, i) => {
    const number = stencil.reduce((total, [, weight], k) => {
      const pair = 2 * (stencil.length * i + k)
      return total + (weight / step) * (read[pair]! - read[pair + 1]!)
    }, 0)
    const got = given[i]!
    return Math.abs(got - number) <= tolerance * (1 + Math.abs(number))
      ? []
      : [`${what}: in ${names[which]} autodiff gives a slope of ${got}, finite differences give ${number}`]
  })
}

/**
 * The derivative of `cost` along fixed directions, as a cost of its own: `checkGradient` on it checks second derivatives,
 * mixed ones included.
 */
export const along =
  (cost: Cost, xs: readonly Tensor[]): Cost =>
  at => {
    const { grads } = gradients(() => cost(at), at)
    return grads.reduce<Tensor>(
      (total, g, which) => add(total, sum(mul(g, direction(xs[which]!, which)))),
      scalar(0),
    ) as Scalar
  }

// Irregular and of both signs, so that no two second derivatives cancel.
const direction = (x: Tensor, which: number) =>
  tensor(
    Float32Array.from({ length: x.size }, (_, i) => Math.sin(1 + 2.4 * i + 1.7 * which)),
    x.shape,
  )
