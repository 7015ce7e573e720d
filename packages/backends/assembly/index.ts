export { conv, convFilterGradient, convInputGradient, convInputGradientNarrow } from './conv'
export { scratchBytes, setScratch } from './gemm'
export { matmul } from './matmul'
