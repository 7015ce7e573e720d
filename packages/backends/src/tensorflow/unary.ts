import {
  Cast,
  type CastAttrs,
  Reshape,
  type ReshapeAttrs,
  Step,
  type StepAttrs,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { libraryKernel, shared, withLibrary } from './library.ts'

/**
 * 1 where positive, alpha elsewhere, not-a-number where it is that. The stock kernel writes out whole tensors of ones and of alphas, and is left the alphas
 * of which alpha + (1 - alpha) is not 1 in float32.
 */
export const step = libraryKernel<StepAttrs>(Step, ({ inputs, attrs, backend }, stock) => {
  const { x } = inputs as { x: TensorInfo }
  const [alpha, rise] = [Math.fround(attrs.alpha), Math.fround(1 - attrs.alpha)]
  if (x.dtype !== 'float32' || Math.fround(alpha + rise) !== 1) return stock()
  return withLibrary(backend, ({ run, scalar }) => {
    const positive = run('Sign', run('Relu', [x]))
    return alpha === 0
      ? positive
      : run('AddV2', [run('Mul', [positive[0]!, scalar(rise)])[0]!, scalar(alpha)])
  })[0]!
})

/** To the type that it has: the same data. */
export const cast = libraryKernel<CastAttrs>(Cast, ({ inputs, attrs, backend }, stock) =>
  inputs.x!.dtype === attrs.dtype ? shared(backend, inputs.x!) : stock(),
)

/** To the shape that it has: the same data. To another the library must be asked, whose tensors know their shapes. */
export const reshape = libraryKernel<ReshapeAttrs>(Reshape, ({ inputs, attrs, backend }, stock) =>
  inputs.x!.shape.join() === attrs.shape.join() ? shared(backend, inputs.x!) : stock(),
)
