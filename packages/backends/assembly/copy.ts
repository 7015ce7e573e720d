/** Copies that change the order of elements; 4 bytes an element (float32 or int32). */
import { turn } from './pack'

/** `count` elements, `step` bytes apart, to consecutive places. */
function run(x: i32, out: i32, count: i32, step: i32): void {
  if (step == 4) {
    if (count >= 64) {
      memory.copy(out, x, count << 2)
      return
    }
    for (; count >= 4; count -= 4) {
      v128.store(out, v128.load(x))
      x += 16
      out += 16
    }
  } else if (step == 0) {
    const value = v128.load_splat<f32>(x)
    for (; count >= 4; count -= 4) {
      v128.store(out, value)
      out += 16
    }
  }
  for (; count > 0; count--) {
    store<i32>(out, load<i32>(x))
    x += step
    out += 4
  }
}

/** out[i, j] = x[j, i]: `rows` x `columns` of out; x's rows are `step` bytes apart. Blocks of 4 x 4 in strips that stay in cache. */
function transpose(x: i32, out: i32, rows: i32, columns: i32, step: i32): void {
  const outStep = columns << 2
  let j = 0
  for (; j + 4 <= columns; j += 4) {
    const p = x + j * step
    const q = out + (j << 2)
    let i = 0
    for (; i + 4 <= rows; i += 4) {
      const s = p + (i << 2)
      turn(
        q + i * outStep,
        outStep,
        v128.load(s),
        v128.load(s + step),
        v128.load(s + 2 * step),
        v128.load(s + 3 * step),
      )
    }
    for (; i < rows; i++) run(p + (i << 2), q + i * outStep, 4, step)
  }
  if (j < columns) {
    for (let i = 0; i < rows; i++) {
      run(x + j * step + (i << 2), out + (j << 2) + i * outStep, columns - j, step)
    }
  }
}

/**
 * Fills consecutive places of out from x. axes: for each of `rank` axes of out, outermost first, int32 (size, byte step in
 * x): 0 repeats, negative reverses.
 */
export function copy(x: i32, out: i32, rank: i32, axes: i32): void {
  const count = load<i32>(axes)
  const step = load<i32>(axes, 4)
  if (rank == 1) {
    run(x, out, count, step)
    return
  }
  if (rank == 2) {
    const columns = load<i32>(axes, 8)
    const inner = load<i32>(axes, 12)
    if (step == 4 && inner != 4 && inner != 0) {
      transpose(x, out, count, columns, inner)
      return
    }
    for (let i = 0; i < count; i++) {
      run(x, out, columns, inner)
      x += step
      out += columns << 2
    }
    return
  }
  let size = 4
  for (let i = 1; i < rank; i++) size *= load<i32>(axes + (i << 3))
  // An outermost axis that only repeats is copied from the first copy.
  if (step == 0) {
    copy(x, out, rank - 1, axes + 8)
    for (let i = 1; i < count; i++) memory.copy(out + i * size, out, size)
    return
  }
  for (let i = 0; i < count; i++) {
    copy(x, out, rank - 1, axes + 8)
    x += step
    out += size
  }
}

/**
 * out[outer, n, inner] = x[outer, indices[n], inner]; x has `size` entries on that axis, an entry `bytes` bytes.
 * Returns -1, or the position of the first index outside [0, size).
 */
export function gather(x: i32, indices: i32, out: i32, outer: i32, size: i32, n: i32, bytes: i32): i32 {
  for (let j = 0; j < n; j++) {
    if (<u32>load<i32>(indices + (j << 2)) >= <u32>size) return j
  }
  for (let i = 0; i < outer; i++) {
    for (let j = 0; j < n; j++) {
      const from = x + load<i32>(indices + (j << 2)) * bytes
      if (bytes & 3) memory.copy(out, from, bytes)
      else run(from, out, bytes >> 2, 4)
      out += bytes
    }
    x += size * bytes
  }
  return -1
}
