import type { Emit, Name } from '../emit.ts'
import type { Correlation } from './geometry.ts'

/** What is done to results besides: a bias [outputs] is added, then an operator of ONNX applied. */
export interface Finish {
  readonly bias?: Name | undefined
  readonly rectifier?: Rectifier | undefined
}

/** An operator of ONNX of one input, with its number alpha if it has one. */
export interface Rectifier {
  readonly op: 'Relu' | 'LeakyRelu'
  readonly alpha?: number
}

/** How a convolution is computed: x [n, h, w, c], filter [kh, kw, c, outputs] -> [n, h', w', outputs]. */
export type Forward = (emit: Emit, x: Name, filter: Name, shape: Correlation, finish?: Finish) => Name

/** Applies a rectifier, if there is one. */
export const rectified = (emit: Emit, x: Name, rectifier: Rectifier | undefined): Name => {
  if (!rectifier) return x
  const { op, alpha } = rectifier
  return emit(op, [x], alpha === undefined ? {} : { alpha: { float: alpha } })
}
