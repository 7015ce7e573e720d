import {
  avgPool,
  matMul,
  mul,
  type ResizeBilinearAttrs,
  type ResizeNearestNeighborAttrs,
  reshape,
  type Tensor,
  type Tensor4D,
  tensor,
} from '@tensorflow/tfjs-core'
import { type Rule, rule } from '../rule.ts'

interface Resize {
  readonly alignCorners: boolean
  readonly halfPixelCenters: boolean
}

const ratio = (input: number, output: number, { alignCorners }: Resize) =>
  alignCorners && output > 1 ? (input - 1) / (output - 1) : input / output

type Weigh = (add: (from: number, to: number, weight: number) => void) => void

/** Interpolation along one axis as a matrix [1, input, output]: entry (i, o) is i's share in o. */
function matrix(input: number, output: number, weigh: Weigh): Tensor {
  const entries = new Float32Array(input * output)
  weigh((i, o, weight) => {
    entries[i * output + o]! += weight
  })
  return tensor(entries, [1, input, output])
}

const bilinear =
  (input: number, output: number, how: Resize): Weigh =>
  add => {
    const scale = ratio(input, output, how)
    for (let o = 0; o < output; o++) {
      const source = how.halfPixelCenters ? scale * (o + 0.5) - 0.5 : scale * o
      const low = Math.max(0, Math.floor(source))
      const high = Math.min(input - 1, Math.ceil(source))
      add(low, o, 1 - (source - low))
      add(high, o, source - low)
    }
  }

const nearest =
  (input: number, output: number, how: Resize): Weigh =>
  add => {
    const scale = ratio(input, output, how)
    for (let o = 0; o < output; o++) {
      const source = how.halfPixelCenters ? scale * (o + 0.5) : scale * o
      const index = how.alignCorners ? Math.round(source) : Math.floor(source)
      add(Math.max(0, Math.min(input - 1, index)), o, 1)
    }
  }

/** A resize is linear and separable: its adjoint is two products with the transposed interpolation matrices. */
function adjoint(dy: Tensor, shape: number[], rows: Tensor, columns: Tensor): Tensor {
  const [n, height, width, c] = shape as [number, number, number, number]
  const [, h, w] = dy.shape as [number, number, number, number]
  const tall = matMul(rows, reshape(dy, [n, h, w * c]))
  return reshape(matMul(columns, reshape(tall, [n * height, w, c])), [n, height, width, c])
}

export const image: readonly Rule[] = [
  rule<ResizeBilinearAttrs>('ResizeBilinear', {}, (dy, at) => ({
    images: () => {
      const shape = at.shape('images')
      const [height, width] = [1, 2].map(axis =>
        matrix(shape[axis]!, dy.shape[axis]!, bilinear(shape[axis]!, dy.shape[axis]!, at.attrs)),
      )
      return adjoint(dy, shape, height!, width!)
    },
  })),
  rule<ResizeNearestNeighborAttrs>('ResizeNearestNeighbor', {}, (dy, at) => ({
    images: () => {
      const shape = at.shape('images')
      const [kh, kw] = [dy.shape[1]! / shape[1]!, dy.shape[2]! / shape[2]!]
      // Up-sampling by whole numbers repeats every pixel: the adjoint sums over the copies.
      if (Number.isInteger(kh) && Number.isInteger(kw) && !at.attrs.alignCorners) {
        return mul(avgPool(dy as Tensor4D, [kh, kw], [kh, kw], 'valid'), kh * kw)
      }
      const [height, width] = [1, 2].map(axis =>
        matrix(shape[axis]!, dy.shape[axis]!, nearest(shape[axis]!, dy.shape[axis]!, at.attrs)),
      )
      return adjoint(dy, shape, height!, width!)
    },
  })),
]
