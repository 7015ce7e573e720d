/** Two-dimensional convolution of NHWC images as matrix products over patches. */
import { patchesA, product, scatteredC, sectionedB, stridedA, stridedB, stridedC } from './gemm'
import { setGrid, setImages, setTaps } from './patches'

/**
 * out[n, oh, ow, co] = sum over fh, fw, ci of x[n, oh sh + fh dh - top, ...] w[fh, fw, ci, co].
 */
export function conv(
  x: i32,
  w: i32,
  out: i32,
  n: i32,
  h: i32,
  wd: i32,
  ci: i32,
  oh: i32,
  ow: i32,
  co: i32,
  fh: i32,
  fw: i32,
  sh: i32,
  sw: i32,
  dh: i32,
  dw: i32,
  top: i32,
  left: i32,
): void {
  setImages(x, h, wd, ci)
  setGrid(oh, ow, sh, sw, -top, -left)
  setTaps(fh, fw, dh, dw)
  patchesA(false)
  stridedB(w, co * 4, 4)
  stridedC(out, co * 4)
  product(n * oh * ow, co, fh * fw * ci)
}

/** dw[fh, fw, ci, co] = sum over n, oh, ow of x[n, oh sh + fh dh - top, ...] dy[n, oh, ow, co]. */
export function convFilterGradient(
  x: i32,
  dy: i32,
  out: i32,
  n: i32,
  h: i32,
  wd: i32,
  ci: i32,
  oh: i32,
  ow: i32,
  co: i32,
  fh: i32,
  fw: i32,
  sh: i32,
  sw: i32,
  dh: i32,
  dw: i32,
  top: i32,
  left: i32,
): void {
  setImages(x, h, wd, ci)
  setGrid(oh, ow, sh, sw, -top, -left)
  setTaps(fh, fw, dh, dw)
  patchesA(true)
  stridedB(dy, co * 4, 4)
  stridedC(out, co * 4)
  product(fh * fw * ci, co, n * oh * ow)
}

/**
 * dx[n, h, w, ci] = sum over the taps and co that reach it of dy[n, oh, ow, co] w[fh, fw, ci, co].
 *
 * The pixels of one residue class modulo the stride are reached by the same taps, so each class is a convolution of dy
 * with stride 1 and no wasted products. With dilation the stride is 1 and there is one class.
 */
export function convInputGradient(
  dy: i32,
  w: i32,
  out: i32,
  n: i32,
  h: i32,
  wd: i32,
  ci: i32,
  oh: i32,
  ow: i32,
  co: i32,
  fh: i32,
  fw: i32,
  sh: i32,
  sw: i32,
  dh: i32,
  dw: i32,
  top: i32,
  left: i32,
): void {
  setImages(dy, oh, ow, co)
  patchesA(false)
  const tap = ci * co * 4
  for (let ry = 0; ry < sh; ry++) {
    // The first tap that reaches this class; tap f0 + i sh reaches pixel y from dy's row (y + top - f0) / sh - i.
    const f0 = (ry + top) % sh
    const rows = f0 < fh ? (fh - f0 + sh - 1) / sh : 0
    const gridH = ry < h ? (h - ry + sh - 1) / sh : 0
    for (let rx = 0; rx < sw; rx++) {
      const g0 = (rx + left) % sw
      const columns = g0 < fw ? (fw - g0 + sw - 1) / sw : 0
      const gridW = rx < wd ? (wd - rx + sw - 1) / sw : 0
      setGrid(gridH, gridW, 1, 1, (ry + top - f0) / sh, (rx + left - g0) / sw)
      setTaps(rows, columns, -dh, -dw)
      stridedB(w + (f0 * fw + g0) * tap, 4, co * 4)
      sectionedB(co, columns, sh * fw * tap, sw * tap)
      scatteredC(out + (ry * wd + rx) * ci * 4, h * wd * ci * 4, sh * wd * ci * 4, sw * ci * 4, gridH, gridW)
      product(n * gridH * gridW, ci, rows * columns * co)
    }
  }
}

/**
 * As {@link convInputGradient} for few input channels, where its products would be too narrow: dy times the filter gives
 * every pixel's share of every tap, [n oh ow, fh fw ci], and the shares are added up.
 *
 * shares: room for `chunk` images' shares.
 */
export function convInputGradientNarrow(
  dy: i32,
  w: i32,
  out: i32,
  n: i32,
  h: i32,
  wd: i32,
  ci: i32,
  oh: i32,
  ow: i32,
  co: i32,
  fh: i32,
  fw: i32,
  sh: i32,
  sw: i32,
  dh: i32,
  dw: i32,
  top: i32,
  left: i32,
  shares: i32,
  chunk: i32,
): void {
  const columns = fh * fw * ci
  const image = h * wd * ci * 4
  memory.fill(out, 0, n * image)
  for (let first = 0; first < n; first += chunk) {
    const images = min(chunk, n - first)
    stridedA(dy + first * oh * ow * co * 4, co * 4, 4)
    stridedB(w, 4, co * 4)
    stridedC(shares, columns * 4)
    product(images * oh * ow, columns, co)
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
              if (<u32>x < <u32>wd) {
                let to = base + (y * wd + x) * ci * 4
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
