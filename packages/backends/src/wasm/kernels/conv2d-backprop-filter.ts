import { Conv2DBackpropFilter, type TensorInfo } from '@tensorflow/tfjs-core'
import { type ConvAttrs, convInfo, type KernelCall, release, run, wasmKernel } from '../heap.ts'

/**
 * Gradient of conv2d with respect to its filter, as a convolution itself: with x read as [ci, h, w, n] and dy as
 * a filter [oh, ow, n, co],
 *
 *     dW[fh, fw, ci, co] = sum over n, i, j of x[n, fh d + i s - p, fw d + j s - p, ci] dy[n, i, j, co]
 *
 * is a convolution with stride d and dilation s.
 *
 * x: [n, h, w, ci]; dy: [n, oh, ow, co]; result: [fh, fw, ci, co].
 */
export function convFilterGradient({
  inputs,
  attrs,
  backend,
}: KernelCall<ConvAttrs & { filterShape: number[] }>): TensorInfo {
  const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo }
  const info = convInfo(Conv2DBackpropFilter, x.shape, attrs.filterShape, attrs)
  const { padInfo, filterHeight, filterWidth } = info
  // Rows that the forward pass never reached (the stride did not divide) leave the bottom short or over-long:
  // pad where short, and cut the surplus rows of the result where long.
  const bottom =
    (filterHeight - 1) * info.dilationHeight +
    (info.outHeight - 1) * info.strideHeight +
    1 -
    info.inHeight -
    padInfo.top
  const right =
    (filterWidth - 1) * info.dilationWidth +
    (info.outWidth - 1) * info.strideWidth +
    1 -
    info.inWidth -
    padInfo.left
  const xT = run(backend, 'Transpose', { x }, { perm: [3, 1, 2, 0] })
  const dyT = run(backend, 'Transpose', { x: dy }, { perm: [1, 2, 0, 3] })
  const full = run(
    backend,
    'Conv2D',
    { x: xT, filter: dyT },
    {
      strides: [info.dilationHeight, info.dilationWidth],
      dilations: [info.strideHeight, info.strideWidth],
      pad: [
        [0, 0],
        [padInfo.top, Math.max(0, bottom)],
        [padInfo.left, Math.max(0, right)],
        [0, 0],
      ],
      dataFormat: 'NHWC',
    },
  )
  const cut = run(
    backend,
    'Slice',
    { x: full },
    { begin: [0, 0, 0, 0], size: [info.inChannels, filterHeight, filterWidth, info.outChannels] },
  )
  const result = run(backend, 'Transpose', { x: cut }, { perm: [1, 2, 0, 3] })
  release(backend, xT, dyT, full, cut)
  return result
}

export const conv2DBackpropFilter = wasmKernel(Conv2DBackpropFilter, convFilterGradient)
