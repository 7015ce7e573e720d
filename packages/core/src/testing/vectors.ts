/** Any array of numbers. */
export type Numbers = ArrayLike<number>

/** Sum of products. */
export function dot(a: Numbers, b: Numbers): number {
  let total = 0
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!
  return total
}

/** Sum of the products' sizes: what rounding errors of {@link dot} are measured against. */
export function dotSize(a: Numbers, b: Numbers): number {
  let total = 0
  for (let i = 0; i < a.length; i++) total += Math.abs(a[i]! * b[i]!)
  return total
}

export const norm = (a: Numbers) => Math.sqrt(dot(a, a))
export const minus = (a: Numbers, b: Numbers) => Float64Array.from(a, (x, i) => x - b[i]!)
export const plus = (a: Numbers, b: Numbers, scale: number) =>
  Float64Array.from(a, (x, i) => x + scale * b[i]!)

/** The largest number; not a number if any is not. */
export const worst = (errors: readonly number[]) =>
  errors.reduce((a, b) => (Number.isNaN(b) || b > a ? b : a), 0)
