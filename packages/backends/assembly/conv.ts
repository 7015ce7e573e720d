/** Convolution of NHWC images, and of NDHWC volumes slice by slice, as matrix products over patches. */
import { patchesA, product, scatteredC, sectionedB, stridedA, stridedB, stridedC } from './gemm'
import { firstTap, setGrid, setImages, setTaps } from './patches'

let n: i32 = 0
let h: i32 = 0
let w: i32 = 0
let ci: i32 = 0
let oh: i32 = 0
let ow: i32 = 0
let co: i32 = 0
let fh: i32 = 0
let fw: i32 = 0
let sh: i32 = 0
let sw: i32 = 0
let dh: i32 = 0
let dw: i32 = 0
let top: i32 = 0
let left: i32 = 0

/**
 * Geometry of the convolutions that follow: batch, input [h, w, ci], output [oh, ow, co], filter [fh, fw], strides,
 * dilations, padding above and left.
 */
export function setConvolution(
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideY: i32,
  strideX: i32,
  dilationY: i32,
  dilationX: i32,
  padTop: i32,
  padLeft: i32,
): void {
  n = batch
  h = height
  w = width
  ci = channels
  oh = outHeight
  ow = outWidth
  co = outChannels
  fh = filterHeight
  fw = filterWidth
  sh = strideY
  sw = strideX
  dh = dilationY
  dw = dilationX
  top = padTop
  left = padLeft
}

// Volumes: depth of input, output and filter, stride, dilation and padding in front.
let d: i32 = 0
let od: i32 = 0
let fd: i32 = 0
let sd: i32 = 0
let dd: i32 = 0
let front: i32 = 0

/** The third dimension, for the convolutions of volumes. */
export function setDepth(
  depth: i32,
  outDepth: i32,
  filterDepth: i32,
  strideZ: i32,
  dilationZ: i32,
  padFront: i32,
): void {
  d = depth
  od = outDepth
  fd = filterDepth
  sd = strideZ
  dd = dilationZ
  front = padFront
}

/** Patches of `images` inputs, `step` bytes from image to image, at the output's pixels. */
function inputPatches(x: i32, step: i32, transposed: bool): void {
  setImages(x, h, w, ci, step)
  setGrid(oh, ow, sh, sw, -top, -left)
  setTaps(fh, fw, dh, dw)
  patchesA(transposed)
}

function forward(x: i32, step: i32, filter: i32, out: i32, images: i32, add: bool): void {
  inputPatches(x, step, false)
  stridedB(filter, co * 4, 4)
  stridedC(out, co * 4)
  product(images * oh * ow, co, fh * fw * ci, add)
}

/** Rows (taps and channels) [first, first + rows) of the filter's gradient; `out`: address of the first of them. */
function filterGradient(
  x: i32,
  step: i32,
  dy: i32,
  out: i32,
  first: i32,
  rows: i32,
  images: i32,
  add: bool,
): void {
  inputPatches(x, step, true)
  firstTap(first)
  stridedB(dy, co * 4, 4)
  stridedC(out, co * 4)
  product(rows, co, images * oh * ow, add)
}

/** a mod b in [0, b): padding can be negative, where tfjs cuts rows off to come out even. */
// @ts-expect-error: decorator
@inline
function remainder(a: i32, b: i32): i32 {
  const r = a % b
  return r < 0 ? r + b : r
}

/**
 * The pixels of one residue class modulo the stride are reached by the same taps, so each class is a convolution of dy with
 * stride 1 and no wasted products. With dilation the stride is 1 and there is one class.
 */
function inputGradient(dy: i32, filter: i32, out: i32, step: i32, images: i32, add: bool): void {
  setImages(dy, oh, ow, co, oh * ow * co * 4)
  patchesA(false)
  const tap = ci * co * 4
  for (let ry = 0; ry < sh; ry++) {
    // The first tap that reaches this class; tap f0 + i sh reaches pixel y from dy's row (y + top - f0) / sh - i.
    const f0 = remainder(ry + top, sh)
    const rows = f0 < fh ? (fh - f0 + sh - 1) / sh : 0
    const gridH = ry < h ? (h - ry + sh - 1) / sh : 0
    for (let rx = 0; rx < sw; rx++) {
      const g0 = remainder(rx + left, sw)
      const columns = g0 < fw ? (fw - g0 + sw - 1) / sw : 0
      const gridW = rx < w ? (w - rx + sw - 1) / sw : 0
      setGrid(gridH, gridW, 1, 1, (ry + top - f0) / sh, (rx + left - g0) / sw)
      setTaps(rows, columns, -dh, -dw)
      stridedB(filter + (f0 * fw + g0) * tap, 4, co * 4)
      sectionedB(co, columns, sh * fw * tap, sw * tap)
      scatteredC(out + (ry * w + rx) * ci * 4, step, sh * w * ci * 4, sw * ci * 4, gridH, gridW)
      product(images * gridH * gridW, ci, rows * columns * co, add)
    }
  }
}

/** out[n, oh, ow, co] = sum over fh, fw, ci of x[n, oh sh + fh dh - top, ...] filter[fh, fw, ci, co]. */
export function conv(x: i32, filter: i32, out: i32): void {
  forward(x, h * w * ci * 4, filter, out, n, false)
}

/**
 * out[fh, fw, ci, co] = sum over n, oh, ow of x[n, oh sh + fh dh - top, ...] dy[n, oh, ow, co]: of the fh fw ci rows, those
 * from `first` on, `rows` of them, to `out`.
 */
export function convFilterGradient(x: i32, dy: i32, out: i32, first: i32, rows: i32): void {
  filterGradient(x, h * w * ci * 4, dy, out, first, rows, n, false)
}

/** out[n, h, w, ci] = sum over the taps and co that reach it of dy[n, oh, ow, co] filter[fh, fw, ci, co]. */
export function convInputGradient(dy: i32, filter: i32, out: i32): void {
  inputGradient(dy, filter, out, h * w * ci * 4, n, false)
}

/**
 * As {@link convInputGradient} for few input channels, where its products would be too narrow: dy times the filter gives
 * every pixel's share of every tap, [n oh ow, fh fw ci], and the shares are added up.
 *
 * shares: room for `chunk` images' shares.
 */
export function convInputGradientNarrow(dy: i32, filter: i32, out: i32, shares: i32, chunk: i32): void {
  const columns = fh * fw * ci
  const image = h * w * ci * 4
  memory.fill(out, 0, n * image)
  for (let first = 0; first < n; first += chunk) {
    const images = min(chunk, n - first)
    stridedA(dy + first * oh * ow * co * 4, co * 4, 4)
    stridedB(filter, 4, co * 4)
    stridedC(shares, columns * 4)
    product(images * oh * ow, columns, co, false)
    let share = shares
    for (let i = 0; i < images; i++) {
      const base = out + (first + i) * image
      for (let gy = 0; gy < oh; gy++) {
        for (let gx = 0; gx < ow; gx++) {
          for (let ty = 0; ty < fh; ty++) {
            const y = gy * sh + ty * dh - top
            if (<u32>y >= <u32>h) {
              share += fw * ci * 4
              continue
            }
            for (let tx = 0; tx < fw; tx++) {
              const x = gx * sw + tx * dw - left
              if (<u32>x < <u32>w) {
                let to = base + (y * w + x) * ci * 4
                for (let c = 0; c < ci; c++) {
                  store<f32>(to, load<f32>(to) + load<f32>(share))
                  to += 4
                  share += 4
                }
              } else share += ci * 4
            }
          }
        }
      }
    }
  }
}

/** First output slice that tap `k` reaches inside the volume. */
// @ts-expect-error: decorator
@inline
function firstSlice(k: i32): i32 {
  const behind = front - k * dd
  return behind > 0 ? (behind + sd - 1) / sd : 0
}

/** One past the last. */
// @ts-expect-error: decorator
@inline
function lastSlice(k: i32): i32 {
  const room = d - 1 + front - k * dd
  return room < 0 ? 0 : min(od, room / sd + 1)
}

/** {@link conv} of volumes: x [n, d, h, w, ci], filter [fd, fh, fw, ci, co], out [n, od, oh, ow, co]. */
export function conv3d(x: i32, filter: i32, out: i32): void {
  const slice = h * w * ci * 4
  const outSlice = oh * ow * co * 4
  memory.fill(out, 0, n * od * outSlice)
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < fd; k++) {
      const first = firstSlice(k)
      const count = lastSlice(k) - first
      if (count <= 0) continue
      const z = first * sd + k * dd - front
      forward(
        x + (i * d + z) * slice,
        sd * slice,
        filter + k * fh * fw * ci * co * 4,
        out + (i * od + first) * outSlice,
        count,
        true,
      )
    }
  }
}

/** {@link convFilterGradient} of volumes. */
export function conv3dFilterGradient(x: i32, dy: i32, out: i32): void {
  const slice = h * w * ci * 4
  const outSlice = oh * ow * co * 4
  const tap = fh * fw * ci * co * 4
  memory.fill(out, 0, fd * tap)
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < fd; k++) {
      const first = firstSlice(k)
      const count = lastSlice(k) - first
      if (count <= 0) continue
      const z = first * sd + k * dd - front
      filterGradient(
        x + (i * d + z) * slice,
        sd * slice,
        dy + (i * od + first) * outSlice,
        out + k * tap,
        0,
        fh * fw * ci,
        count,
        true,
      )
    }
  }
}

/** {@link convInputGradient} of volumes. */
export function conv3dInputGradient(dy: i32, filter: i32, out: i32): void {
  const slice = h * w * ci * 4
  const outSlice = oh * ow * co * 4
  memory.fill(out, 0, n * d * slice)
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < fd; k++) {
      const first = firstSlice(k)
      const count = lastSlice(k) - first
      if (count <= 0) continue
      const z = first * sd + k * dd - front
      inputGradient(
        dy + (i * od + first) * outSlice,
        filter + k * fh * fw * ci * co * 4,
        out + (i * d + z) * slice,
        sd * slice,
        count,
        true,
      )
    }
  }
}
