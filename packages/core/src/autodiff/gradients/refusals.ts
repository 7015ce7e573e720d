import type { Rule } from '../rule.ts'
import { refusal } from './shared.ts'

const complex =
  'complex tensors cannot be differentiated in tfjs; keep real and imaginary parts as float tensors, and write ' +
  'a Fourier transform as a product with its cosine and sine matrices'
const fused = (unfused: string) =>
  `run the operation unfused (${unfused}); the public tf.fused operations do so by themselves while gradients are recorded`
const sparse = 'use gather, scatterND or unsortedSegmentSum on dense tensors'
const ragged = 'use dense tensors with a mask'
const selection = 'it selects by value; take the selected indices as constants and gather'
const strings = 'it works on strings'

const unused = (operation: string) => `this package does without it; differentiate ${operation} itself`
const warp = 'write the warp as gather with interpolation weights, or as products with interpolation matrices'

/** What has no gradient here, with the way out. Integer-valued kernels are not among them: theirs is zero. */
export const refusals: readonly Rule[] = (
  [
    ['Complex', complex],
    ['ComplexAbs', 'use sqrt(add(square(re), square(im))) on the real and imaginary parts as float tensors'],
    ['Real', complex],
    ['Imag', complex],
    ['FFT', complex],
    ['IFFT', complex],
    ['_FusedMatMul', fused('matMul, add, activation')],
    ['FusedConv2D', fused('conv2d, add, activation')],
    ['FusedDepthwiseConv2D', fused('depthwiseConv2d, add, activation')],
    ['EluGrad', unused('elu')],
    ['LRNGrad', unused('localResponseNormalization')],
    ['AvgPoolGrad', unused('avgPool')],
    ['AvgPool3DGrad', unused('avgPool3d')],
    ['MaxPoolGrad', unused('maxPool')],
    ['MaxPool3DGrad', unused('maxPool3d')],
    ['Conv3DBackpropFilterV2', unused('conv3d')],
    ['ResizeBilinearGrad', unused('image.resizeBilinear')],
    ['ResizeNearestNeighborGrad', unused('image.resizeNearestNeighbor')],
    ['CropAndResize', 'use slice and image.resizeBilinear'],
    ['Transform', warp],
    ['RotateWithOffset', warp],
    [
      'TensorScatterUpdate',
      'its cpu kernel overwrites its input; use add(mul(x, 1 - mask), scatterND(...)) with a mask of the updated places',
    ],
    ['MaxPoolWithArgmax', 'use maxPool'],
    [
      'Multinomial',
      'a draw cannot be differentiated; use the Gumbel-softmax relaxation or a score-function estimator',
    ],
    ['Bincount', 'use sum(mul(oneHot(x, size), weights)) for a gradient in the weights'],
    ['DenseBincount', 'use sum(mul(oneHot(x, size), weights)) for a gradient in the weights'],
    ['NonMaxSuppressionV3', selection],
    ['NonMaxSuppressionV4', selection],
    ['NonMaxSuppressionV5', selection],
    ['Unique', selection],
    ['SparseFillEmptyRows', sparse],
    ['SparseReshape', sparse],
    ['SparseSegmentMean', sparse],
    ['SparseSegmentSum', sparse],
    ['RaggedGather', ragged],
    ['RaggedRange', ragged],
    ['RaggedTensorToTensor', ragged],
    ['StringNGrams', strings],
    ['StringSplit', strings],
    ['StringToHashBucketFast', strings],
    ['StaticRegexReplace', strings],
    ['Dilation2DBackpropInput', 'morphological dilation has first derivatives only'],
    ['Dilation2DBackpropFilter', 'morphological dilation has first derivatives only'],
  ] as const
).map(([kernel, remedy]) => refusal(kernel, remedy))
