import { Cast, Floor, FloorDiv, RealDiv } from '@tensorflow/tfjs-core'
import { composition } from './composition.ts'

/** The largest whole number not above a / b, int32. The stock program of webgl rounds a and b to whole numbers first. */
export const floorDiv = composition(FloorDiv, call => {
  const { a, b } = call.inputs
  if (a!.dtype !== 'float32') return call.stock()
  const quotient = call.run(RealDiv, { a: a!, b: b! })
  return call.run(Cast, { x: call.run(Floor, { x: quotient }) }, { dtype: 'int32' })
})
