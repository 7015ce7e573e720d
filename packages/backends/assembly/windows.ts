/**
 * Operations that visit windows of NHWC images channel by channel: depthwise convolution with its two gradients, and
 * pooling. Channels lie side by side, so four are done at once.
 */

let height: i32 = 0
let width: i32 = 0
let outHeight: i32 = 0
let outWidth: i32 = 0
let filterHeight: i32 = 0
let filterWidth: i32 = 0
let strideY: i32 = 0
let strideX: i32 = 0
let dilationY: i32 = 0
let dilationX: i32 = 0
let padTop: i32 = 0
let padLeft: i32 = 0

/** The windows' geometry, before any of the operations. */
export function setWindows(
  h: i32,
  w: i32,
  oh: i32,
  ow: i32,
  fh: i32,
  fw: i32,
  sh: i32,
  sw: i32,
  dh: i32,
  dw: i32,
  top: i32,
  left: i32,
): void {
  height = h
  width = w
  outHeight = oh
  outWidth = ow
  filterHeight = fh
  filterWidth = fw
  strideY = sh
  strideX = sw
  dilationY = dh
  dilationX = dw
  padTop = top
  padLeft = left
}

/**
 * out[n, oy, ox, c m + j] = sum over taps of x[n, y, x, c] w[tap, c, j]. c: channels, m: multiplier.
 */
export function depthwise(x: i32, w: i32, out: i32, n: i32, channels: i32, multiplier: i32): void {
  const outChannels = channels * multiplier
  const tapBytes = outChannels << 2
  for (let image = 0; image < n; image++) {
    const base = x + image * height * width * channels * 4
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++) {
        memory.fill(out, 0, tapBytes)
        for (let i = 0; i < filterHeight; i++) {
          const y = oy * strideY + i * dilationY - padTop
          if (<u32>y >= <u32>height) continue
          for (let j = 0; j < filterWidth; j++) {
            const xx = ox * strideX + j * dilationX - padLeft
            if (<u32>xx >= <u32>width) continue
            const from = base + (y * width + xx) * channels * 4
            const weights = w + (i * filterWidth + j) * tapBytes
            if (multiplier == 1) addProducts(out, from, weights, channels)
            else spread(out, from, weights, channels, multiplier)
          }
        }
        out += tapBytes
      }
    }
  }
}

/** to[i] += a[i] b[i] for i < count. */
// @ts-expect-error: decorator
@inline
function addProducts(to: i32, a: i32, b: i32, count: i32): void {
  let i = 0
  const end = count << 2
  for (; i + 16 <= end; i += 16) {
    v128.store(to + i, f32x4.add(v128.load(to + i), f32x4.mul(v128.load(a + i), v128.load(b + i))))
  }
  for (; i < end; i += 4) store<f32>(to + i, load<f32>(to + i) + load<f32>(a + i) * load<f32>(b + i))
}

/** to[c m + j] += a[c] b[c m + j]. */
function spread(to: i32, a: i32, b: i32, channels: i32, multiplier: i32): void {
  for (let c = 0; c < channels; c++) {
    const value = load<f32>(a + (c << 2))
    for (let j = 0; j < multiplier; j++) {
      store<f32>(to, load<f32>(to) + value * load<f32>(b))
      to += 4
      b += 4
    }
  }
}

/** to[c] += sum over j of a[c m + j] b[c m + j]. */
function gather(to: i32, a: i32, b: i32, channels: i32, multiplier: i32): void {
  for (let c = 0; c < channels; c++) {
    let sum: f32 = 0
    for (let j = 0; j < multiplier; j++) {
      sum += load<f32>(a) * load<f32>(b)
      a += 4
      b += 4
    }
    store<f32>(to, load<f32>(to) + sum)
    to += 4
  }
}

/** dx[n, y, x, c] = sum over the taps that reach it, and j, of dy[n, oy, ox, c m + j] w[tap, c, j]. */
export function depthwiseInputGradient(
  dy: i32,
  w: i32,
  out: i32,
  n: i32,
  channels: i32,
  multiplier: i32,
): void {
  const tapBytes = (channels * multiplier) << 2
  const image = height * width * channels * 4
  memory.fill(out, 0, n * image)
  for (let k = 0; k < n; k++) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++) {
        for (let i = 0; i < filterHeight; i++) {
          const y = oy * strideY + i * dilationY - padTop
          if (<u32>y >= <u32>height) continue
          for (let j = 0; j < filterWidth; j++) {
            const xx = ox * strideX + j * dilationX - padLeft
            if (<u32>xx >= <u32>width) continue
            const to = out + k * image + (y * width + xx) * channels * 4
            const weights = w + (i * filterWidth + j) * tapBytes
            if (multiplier == 1) addProducts(to, dy, weights, channels)
            else gather(to, dy, weights, channels, multiplier)
          }
        }
        dy += tapBytes
      }
    }
  }
}

/**
 * dw[tap, c, j] = sum over n, oy, ox of x[n, y, x, c] dy[n, oy, ox, c m + j]. row: room for one filter; each image row's sum
 * is formed there before it is added, so that long sums keep their digits.
 */
export function depthwiseFilterGradient(
  x: i32,
  dy: i32,
  out: i32,
  row: i32,
  n: i32,
  channels: i32,
  multiplier: i32,
): void {
  const tapBytes = (channels * multiplier) << 2
  const bytes = filterHeight * filterWidth * tapBytes
  memory.fill(out, 0, bytes)
  for (let k = 0; k < n; k++) {
    const base = x + k * height * width * channels * 4
    for (let oy = 0; oy < outHeight; oy++) {
      memory.fill(row, 0, bytes)
      for (let ox = 0; ox < outWidth; ox++) {
        for (let i = 0; i < filterHeight; i++) {
          const y = oy * strideY + i * dilationY - padTop
          if (<u32>y >= <u32>height) continue
          for (let j = 0; j < filterWidth; j++) {
            const xx = ox * strideX + j * dilationX - padLeft
            if (<u32>xx >= <u32>width) continue
            const from = base + (y * width + xx) * channels * 4
            const to = row + (i * filterWidth + j) * tapBytes
            if (multiplier == 1) addProducts(to, from, dy, channels)
            else spread(to, from, dy, channels, multiplier)
          }
        }
        dy += tapBytes
      }
      for (let i = 0; i < bytes; i += 4) store<f32>(out + i, load<f32>(out + i) + load<f32>(row + i))
    }
  }
}

/** Mean or largest of each window's pixels that lie inside the image. */
export function pool(average: bool, x: i32, out: i32, n: i32, channels: i32): void {
  const bytes = channels << 2
  const start: f32 = average ? 0 : -Infinity
  for (let image = 0; image < n; image++) {
    const base = x + image * height * width * bytes
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++) {
        for (let i = 0; i < bytes; i += 4) store<f32>(out + i, start)
        let count: f32 = 0
        for (let i = 0; i < filterHeight; i++) {
          const y = oy * strideY + i * dilationY - padTop
          if (<u32>y >= <u32>height) continue
          for (let j = 0; j < filterWidth; j++) {
            const xx = ox * strideX + j * dilationX - padLeft
            if (<u32>xx >= <u32>width) continue
            count += 1
            const from = base + (y * width + xx) * bytes
            if (average) add(out, from, bytes)
            else largest(out, from, bytes)
          }
        }
        if (average) for (let i = 0; i < bytes; i += 4) store<f32>(out + i, load<f32>(out + i) / count)
        out += bytes
      }
    }
  }
}

// @ts-expect-error: decorator
@inline
function add(to: i32, from: i32, bytes: i32): void {
  let i = 0
  for (; i + 16 <= bytes; i += 16) v128.store(to + i, f32x4.add(v128.load(to + i), v128.load(from + i)))
  for (; i < bytes; i += 4) store<f32>(to + i, load<f32>(to + i) + load<f32>(from + i))
}

// @ts-expect-error: decorator
@inline
function largest(to: i32, from: i32, bytes: i32): void {
  let i = 0
  for (; i + 16 <= bytes; i += 16) v128.store(to + i, f32x4.max(v128.load(to + i), v128.load(from + i)))
  for (; i < bytes; i += 4) store<f32>(to + i, max(load<f32>(to + i), load<f32>(from + i)))
}
