export { adam } from './adam'
export { binary, select } from './binary'
export {
  conv,
  conv3d,
  conv3dFilterGradient,
  conv3dInputGradient,
  convFilterGradient,
  convInputGradient,
  convInputGradientNarrow,
  setConvolution,
  setDepth,
} from './conv'
export { copy, gather } from './copy'
export { scratchBytes, setScratch } from './gemm'
export { gradient } from './gradients'
export { matmul } from './matmul'
export { reduce } from './reduce'
export { unary } from './unary'
export { depthwise, depthwiseFilterGradient, depthwiseInputGradient, pool, setWindows } from './windows'
