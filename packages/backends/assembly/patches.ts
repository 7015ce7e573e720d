/**
 * Patches of images as a matrix that is never written out (im2col, packed directly). Images are NHWC. The matrix has a
 * row for each pixel of a grid laid over every image, and a column for each (tap row, tap column, channel).
 */
import { turn } from './pack'

let image: i32 = 0
let imageBytes: i32 = 0
let height: i32 = 0
let width: i32 = 0
let channels: i32 = 0
let gridHeight: i32 = 0
let gridWidth: i32 = 0
let strideY: i32 = 0
let strideX: i32 = 0
let originY: i32 = 0
let originX: i32 = 0
let tapRows: i32 = 0
let tapColumns: i32 = 0
let stepY: i32 = 0
let stepX: i32 = 0
let rowOffset: i32 = 0

/** The images, each [height, width, channels], from address `at` on, `step` bytes from one to the next. */
export function setImages(at: i32, h: i32, w: i32, c: i32, step: i32): void {
  image = at
  imageBytes = step
  height = h
  width = w
  channels = c
}

/** Grid pixel (i, j) starts its patch at (originY + i strideY, originX + j strideX). */
export function setGrid(h: i32, w: i32, sy: i32, sx: i32, oy: i32, ox: i32): void {
  gridHeight = h
  gridWidth = w
  strideY = sy
  strideX = sx
  originY = oy
  originX = ox
}

/** Tap (i, j) lies (i dy, j dx) from the patch's start. */
export function setTaps(rows: i32, columns: i32, dy: i32, dx: i32): void {
  tapRows = rows
  tapColumns = columns
  stepY = dy
  stepX = dx
}

/** The transposed matrix starts at this row (tap and channel). */
export function firstTap(row: i32): void {
  rowOffset = row
}

/** Address of the pixel (y, x) of an image, or 0 outside it. */
// @ts-expect-error: decorator
@inline
function pixel(base: i32, y: i32, x: i32): i32 {
  const inside = (<u32>y < <u32>height) & (<u32>x < <u32>width)
  return inside ? base + (y * width + x) * channels * 4 : 0
}

// @ts-expect-error: decorator
@inline
function four(p: i32): v128 {
  return p ? v128.load(p) : f32x4.splat(0)
}

// @ts-expect-error: decorator
@inline
function one(p: i32): f32 {
  return p ? load<f32>(p) : 0
}

/** Moves an address along, leaving the address "outside" as it is. */
// @ts-expect-error: decorator
@inline
function along(p: i32, bytes: i32): i32 {
  return p ? p + bytes : 0
}

/** Copies `count` numbers of four patches side by side, four steps at a time; address 0 stands for zeros. */
function packRun(to: i32, p0: i32, p1: i32, p2: i32, p3: i32, count: i32): void {
  for (; count >= 4; count -= 4) {
    turn(to, 16, four(p0), four(p1), four(p2), four(p3))
    p0 = along(p0, 16)
    p1 = along(p1, 16)
    p2 = along(p2, 16)
    p3 = along(p3, 16)
    to += 64
  }
  for (; count > 0; count--) {
    store<f32>(to, one(p0))
    store<f32>(to, one(p1), 4)
    store<f32>(to, one(p2), 8)
    store<f32>(to, one(p3), 12)
    p0 = along(p0, 4)
    p1 = along(p1, 4)
    p2 = along(p2, 4)
    p3 = along(p3, 4)
    to += 16
  }
}

/**
 * Packs rows [m0, m0 + rows) and columns [k0, k0 + depth) of the patch matrix into strips of four rows.
 */
export function packPatches(to: i32, panel: i32, m0: i32, rows: i32, k0: i32, depth: i32): void {
  const perImage = gridHeight * gridWidth
  const tapWidth = tapColumns * channels
  for (let start = 0; start < rows; start += 4) {
    let base0 = 0
    let base1 = 0
    let base2 = 0
    let base3 = 0
    // A row that does not exist starts far outside, so all its taps read zero.
    let y0 = i32.MIN_VALUE >> 1
    let y1 = y0
    let y2 = y0
    let y3 = y0
    let x0 = 0
    let x1 = 0
    let x2 = 0
    let x3 = 0
    for (let i = 0; i < 4 && start + i < rows; i++) {
      const m = m0 + start + i
      const n = m / perImage
      const rest = m - n * perImage
      const gy = rest / gridWidth
      const base = image + n * imageBytes
      const y = originY + gy * strideY
      const x = originX + (rest - gy * gridWidth) * strideX
      if (i == 0) {
        base0 = base
        y0 = y
        x0 = x
      } else if (i == 1) {
        base1 = base
        y1 = y
        x1 = x
      } else if (i == 2) {
        base2 = base
        y2 = y
        x2 = x
      } else {
        base3 = base
        y3 = y
        x3 = x
      }
    }
    // Where no patch crosses the left or right edge, a whole row of taps is one run.
    const last = (tapColumns - 1) * stepX
    const whole =
      stepX == 1 &&
      x0 >= 0 &&
      x1 >= 0 &&
      x2 >= 0 &&
      x3 >= 0 &&
      x0 + last < width &&
      x1 + last < width &&
      x2 + last < width &&
      x3 + last < width
    const run = whole ? tapWidth : channels
    let at = to
    let k = k0
    const end = k0 + depth
    while (k < end) {
      const index = k / run
      const offset = k - index * run
      const count = min(run - offset, end - k)
      const ty = whole ? index : index / tapColumns
      const tx = whole ? 0 : index - ty * tapColumns
      const dy = ty * stepY
      const dx = tx * stepX
      const skip = offset << 2
      packRun(
        at,
        along(pixel(base0, y0 + dy, x0 + dx), skip),
        along(pixel(base1, y1 + dy, x1 + dx), skip),
        along(pixel(base2, y2 + dy, x2 + dx), skip),
        along(pixel(base3, y3 + dy, x3 + dx), skip),
        count,
      )
      at += count << 4
      k += count
    }
    to += panel
  }
}

/**
 * Packs the transposed patch matrix: rows are (tap, channel) in [k0, k0 + rows) counted from `firstTap`, the depth is pixels
 * [m0, m0 + depth). Strips of four rows.
 */
export function packPatchesTransposed(to: i32, panel: i32, k0: i32, rows: i32, m0: i32, depth: i32): void {
  const perImage = gridHeight * gridWidth
  // The last strip may be short: its missing rows are zero.
  if (rows & 3) {
    const at = to + (rows >> 2) * panel
    for (let m = 0; m < depth; m++) v128.store(at + (m << 4), f32x4.splat(0))
  }
  let n = m0 / perImage
  const rest = m0 - n * perImage
  let gy = rest / gridWidth
  let gx = rest - gy * gridWidth
  k0 += rowOffset
  const end = k0 + rows
  for (let m = 0; m < depth; m++) {
    const base = image + n * imageBytes
    const y = originY + gy * strideY
    const x = originX + gx * strideX
    // Where the patch does not cross the left or right edge, a whole row of taps is one run.
    const whole = stepX == 1 && x >= 0 && x + tapColumns <= width
    const run = whole ? tapColumns * channels : channels
    let k = k0
    while (k < end) {
      const index = k / run
      const offset = k - index * run
      const count = min(run - offset, end - k)
      const ty = whole ? index : index / tapColumns
      const tx = whole ? 0 : index - ty * tapColumns
      let p = along(pixel(base, y + ty * stepY, x + tx * stepX), offset << 2)
      let row = k - k0
      let left = count
      for (; left > 0 && row & 3; left--) {
        store<f32>(to + (row >> 2) * panel + (m << 4) + ((row & 3) << 2), one(p))
        p = along(p, 4)
        row++
      }
      let at = to + (row >> 2) * panel + (m << 4)
      for (; left >= 4; left -= 4) {
        v128.store(at, four(p))
        p = along(p, 16)
        at += panel
      }
      for (row = 0; left > 0; left--) {
        store<f32>(at + row, one(p))
        p = along(p, 4)
        row += 4
      }
      k += count
    }
    if (++gx == gridWidth) {
      gx = 0
      if (++gy == gridHeight) {
        gy = 0
        n++
      }
    }
  }
}
