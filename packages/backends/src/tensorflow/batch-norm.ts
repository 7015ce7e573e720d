import { fusedKernels } from '@equilibria/core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { libraryKernel, withLibrary } from './library.ts'

interface Attributes {
  readonly epsilon: number
}

/** Rows as images of one pixel, which is what the library normalises. */
const pixels = ([m, c]: readonly number[]) => [m!, 1, 1, c!]

const batchNorm = libraryKernel<Attributes>(fusedKernels.batchNorm, ({ inputs, attrs, backend }) => {
  const { x, gain, bias } = inputs as { x: TensorInfo; gain: TensorInfo; bias: TensorInfo }
  return withLibrary(backend, ({ run, float, floats, integers }) => {
    const none = floats([])
    const how = { T: float, U: float, epsilon: attrs.epsilon }
    const images = run('Reshape', [x, integers(pixels(x.shape))])[0]!
    const [y, mean, unbiased, , variance] = run('FusedBatchNormV3', [images, gain, bias, none, none], how, 6)
    return [run('Reshape', [y!, integers(x.shape)])[0]!, mean!, variance!, unbiased!]
  })
})

const batchNormGrad = libraryKernel<Attributes>(fusedKernels.batchNormGrad, ({ inputs, attrs, backend }) => {
  const { dy, x, gain, mean, variance } = inputs as Record<string, TensorInfo>
  return withLibrary(backend, ({ run, float, floats, integers }) => {
    const how = { T: float, U: float, epsilon: attrs.epsilon }
    const shape = integers(pixels(x!.shape))
    const [dys, images] = [dy!, x!].map(rows => run('Reshape', [rows, shape])[0]!)
    const operands = [dys!, images!, gain!, mean!, variance!, floats([])]
    const [dx, dGain, dBias] = run('FusedBatchNormGradV3', operands, how, 5)
    return [run('Reshape', [dx!, integers(x!.shape)])[0]!, dGain!, dBias!]
  })
})

/** The library's batch normalisation, and the gradient of it. */
export const batchNorms = [batchNorm, batchNormGrad]
