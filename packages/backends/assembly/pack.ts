/**
 * Packing: copies a part of an operand to scratch in the order in which the inner kernel reads it. A panel is a strip of
 * `width` (4 or 8) rows of A or columns of B; at each step of the depth its `width` numbers lie side by side. Strips that
 * stick out over the operand's edge are filled up with zeros.
 */

/** Turns a 4 x 4 block: rows i0 .. i3 of `depth` 4 become 4 steps of 4 numbers, `step` bytes apart. */
// @ts-expect-error: decorator
@inline
export function turn(to: i32, step: i32, i0: v128, i1: v128, i2: v128, i3: v128): void {
  const lo01 = v128.shuffle<f32>(i0, i1, 0, 4, 1, 5)
  const lo23 = v128.shuffle<f32>(i2, i3, 0, 4, 1, 5)
  const hi01 = v128.shuffle<f32>(i0, i1, 2, 6, 3, 7)
  const hi23 = v128.shuffle<f32>(i2, i3, 2, 6, 3, 7)
  v128.store(to, v128.shuffle<f32>(lo01, lo23, 0, 1, 4, 5))
  v128.store(to + step, v128.shuffle<f32>(lo01, lo23, 2, 3, 6, 7))
  v128.store(to + 2 * step, v128.shuffle<f32>(hi01, hi23, 0, 1, 4, 5))
  v128.store(to + 3 * step, v128.shuffle<f32>(hi01, hi23, 2, 3, 6, 7))
}

/**
 * Packs strips of a strided operand.
 *
 * to: scratch address of the first strip; panel: bytes from strip to strip; width: 4 or 8; from: address of the operand's
 * first element; strip, step: the operand's byte strides across and along the depth; size: how many rows (columns) there
 * are; depth: how many steps.
 */
export function packStrided(
  to: i32,
  panel: i32,
  width: i32,
  from: i32,
  strip: i32,
  step: i32,
  size: i32,
  depth: i32,
): void {
  for (let start = 0; start < size; start += width) {
    const at = from + start * strip
    if (size - start < width) packEdge(to, width, at, strip, step, size - start, depth)
    else if (strip == 4) packAcross(to, width, at, step, depth)
    else if (step == 4) {
      packAlong(to, width, at, strip, depth)
      if (width == 8) packAlong(to + 16, width, at + 4 * strip, strip, depth)
    } else packEdge(to, width, at, strip, step, width, depth)
    to += panel
  }
}

/** The numbers of one step lie side by side already. */
function packAcross(to: i32, width: i32, at: i32, step: i32, depth: i32): void {
  if (width == 4) {
    for (let k = 0; k < depth; k++) {
      v128.store(to, v128.load(at))
      at += step
      to += 16
    }
    return
  }
  for (let k = 0; k < depth; k++) {
    v128.store(to, v128.load(at))
    v128.store(to, v128.load(at, 16), 16)
    at += step
    to += 32
  }
}

/** The depth lies side by side: four rows are turned, four steps at a time. */
function packAlong(to: i32, width: i32, at: i32, strip: i32, depth: i32): void {
  const stride = width << 2
  let p0 = at
  let p1 = at + strip
  let p2 = p1 + strip
  let p3 = p2 + strip
  let k = depth
  for (; k >= 4; k -= 4) {
    turn(to, stride, v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3))
    p0 += 16
    p1 += 16
    p2 += 16
    p3 += 16
    to += stride << 2
  }
  for (; k > 0; k--) {
    store<f32>(to, load<f32>(p0))
    store<f32>(to, load<f32>(p1), 4)
    store<f32>(to, load<f32>(p2), 8)
    store<f32>(to, load<f32>(p3), 12)
    p0 += 4
    p1 += 4
    p2 += 4
    p3 += 4
    to += stride
  }
}

/** A strip of which only `present` rows exist, or with strides of any kind. */
function packEdge(to: i32, width: i32, at: i32, strip: i32, step: i32, present: i32, depth: i32): void {
  for (let k = 0; k < depth; k++) {
    let p = at
    for (let i = 0; i < present; i++) {
      store<f32>(to + (i << 2), load<f32>(p))
      p += strip
    }
    for (let i = present; i < width; i++) store<f32>(to + (i << 2), 0)
    at += step
    to += width << 2
  }
}
