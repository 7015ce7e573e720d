/** Adam's move of one tensor in one pass. */

/** Elements at `at`, by which all addresses grow: four, or one in every lane. */
// @ts-expect-error: decorator
@inline
function load<Lanes>(address: i32): v128 {
  return sizeof<Lanes>() == 16 ? v128.load(address) : v128.load32_splat(address)
}

// @ts-expect-error: decorator
@inline
function store<Lanes>(address: i32, x: v128): void {
  if (sizeof<Lanes>() == 16) v128.store(address, x)
  else v128.store_lane<f32>(address, x, 0)
}

// @ts-expect-error: decorator
@inline
function move<Lanes>(
  at: i32,
  p: i32,
  g: i32,
  m: i32,
  v: i32,
  pOut: i32,
  mOut: i32,
  vOut: i32,
  rate: v128,
  epsilon: v128,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
): void {
  const slope = load<Lanes>(g + at)
  const mean = f32x4.add(
    f32x4.mul(load<Lanes>(m + at), f32x4.splat(beta1)),
    f32x4.mul(slope, f32x4.splat(rest1)),
  )
  const square = f32x4.add(
    f32x4.mul(load<Lanes>(v + at), f32x4.splat(beta2)),
    f32x4.mul(f32x4.mul(slope, slope), f32x4.splat(rest2)),
  )
  const direction = f32x4.div(mean, f32x4.add(f32x4.sqrt(square), epsilon))
  store<Lanes>(pOut + at, f32x4.sub(load<Lanes>(p + at), f32x4.mul(rate, direction)))
  store<Lanes>(mOut + at, mean)
  store<Lanes>(vOut + at, square)
}

/**
 * Parameters p, gradients g, means m and mean squares v, `count` of each, to new ones; `rate` and `epsilon` are addresses of numbers, rest1 = 1 - beta1 and rest2 =
 * 1 - beta2. Rounds as the same move does in single operations: core/src/optimizers/adam.ts.
 */
export function adam(
  p: i32,
  g: i32,
  m: i32,
  v: i32,
  pOut: i32,
  mOut: i32,
  vOut: i32,
  count: i32,
  rate: i32,
  epsilon: i32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
): void {
  const r = v128.load32_splat(rate)
  const e = v128.load32_splat(epsilon)
  const end = count << 2
  const fours = end & ~15
  let at = 0
  for (; at < fours; at += 16)
    move<v128>(at, p, g, m, v, pOut, mOut, vOut, r, e, beta1, rest1, beta2, rest2)
  for (; at < end; at += 4) move<f32>(at, p, g, m, v, pOut, mOut, vOut, r, e, beta1, rest1, beta2, rest2)
}
