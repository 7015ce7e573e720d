import { expect, test } from 'vitest'
import { compare, onWasm, type Plain, random } from '../compare.fixture.ts'

const plain = (values: readonly number[]): Plain => ({ values, shape: [values.length], dtype: 'float32' })
const f32 = Math.fround

/** log(1 + e^x) in double precision. */
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))

/** The error function by its series, and by its continued fraction further out. */
function erf(x: number): number {
  if (Math.abs(x) > 3) {
    let f = 0
    for (let k = 60; k > 0; k--) f = k / 2 / (Math.abs(x) + f)
    return Math.sign(x) * (1 - Math.exp(-x * x) / (Math.sqrt(Math.PI) * (Math.abs(x) + f)))
  }
  let term = x
  let sum = x
  for (let n = 1; n < 80; n++) {
    term *= (-x * x) / n
    sum += term / (2 * n + 1)
  }
  return (2 / Math.sqrt(Math.PI)) * sum
}

const exact: Record<string, (x: number) => number> = {
  Exp: Math.exp,
  Expm1: Math.expm1,
  Log: Math.log,
  Log1p: Math.log1p,
  Sqrt: Math.sqrt,
  Rsqrt: x => 1 / Math.sqrt(x),
  Reciprocal: x => 1 / x,
  Sigmoid: x => 1 / (1 + Math.exp(-x)),
  Tanh: Math.tanh,
  Softplus: softplus,
  Erf: erf,
  Elu: x => (x < 0 ? Math.expm1(x) : x),
  Selu: x => 1.0507009873554805 * (x < 0 ? 1.6732632423543772 * Math.expm1(x) : x),
  LeakyRelu: x => (x < 0 ? f32(0.2) * x : x),
  Sign: Math.sign,
  Relu6: x => Math.min(Math.max(x, 0), 6),
  ClipByValue: x => Math.min(Math.max(x, -0.5), 2),
}

/** What may be lost near zero: the stock kernels of the first three, and our error function's polynomial, are not made for it. */
const lost: Record<string, number> = { Sigmoid: 2e-38, Elu: 2e-38, Selu: 2e-7, Erf: 1e-37 }

/** Magnitudes from the smallest to the largest, both signs, and special values. */
const magnitudes = Array.from({ length: 400 }, (_, i) => 10 ** (-44 + (i / 399) * 82))
const ordinary = Array.from({ length: 2001 }, (_, i) => -20 + i * 0.02)
const domain = [
  ...magnitudes,
  ...magnitudes.map(x => -x),
  ...ordinary,
  ...[
    0,
    -0,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
    88.7,
    88.8,
    -87.4,
    -103,
    -104,
    -105,
    1,
    -1,
  ],
].map(f32)

test.each(Object.keys(exact))('%s is right to a few units in the last place everywhere', async name => {
  const { values } = await onWasm(
    name,
    { x: plain(domain) },
    { alpha: 0.2, clipValueMin: -0.5, clipValueMax: 2 },
  )
  domain.forEach((x, i) => {
    const [got, want] = [values[i]!, f32(exact[name]!(x))]
    // Results in the denormal range may be off by their coarse steps.
    const near = Math.abs(got - want) <= 6e-7 * Math.abs(want) + (lost[name] ?? 3e-45)
    if (!near && !Object.is(got, want) && !(got === 0 && want === 0))
      expect.fail(`${name}(${x}) = ${got}, not ${want}`)
  })
})

test.each(Object.keys(exact))('%s agrees with cpu for every length and rank', async name => {
  // The cpu backend's error function is an approximation with an error of 1.5e-7.
  const tolerance = name === 'Erf' ? 1e-5 : 1e-6
  const attrs = { alpha: 0.3, clipValueMin: -0.1, clipValueMax: 0.4 }
  for (const shape of [[], [1], [3], [4], [5], [2, 3, 7], [0], [2, 0]]) {
    const x = random(shape, 3)
    const positive = { ...x, values: [...x.values].map(v => Math.abs(v) + 0.1) }
    await compare(name, { x: positive }, attrs, tolerance)
    if (!['Log', 'Sqrt', 'Rsqrt', 'Log1p'].includes(name)) await compare(name, { x }, attrs, tolerance)
  }
})

test('other dtypes stay with the stock kernel', async () => {
  const x = { values: [-4, 3], shape: [2], dtype: 'int32' as const }
  await compare('LeakyRelu', { x }, { alpha: 0.5 })
})

test('a number other than zero is true', async () => {
  await compare('Cast', { x: plain([0, -0, 0.5, -1e-30, Number.NaN, 3]) }, { dtype: 'bool' })
  await compare('Cast', { x: plain([1.5, -2.5]) }, { dtype: 'int32' })
})
