/**
 * What tfjs-node does slowly on the processor, by operations of the TensorFlow library that it does not use.
 *
 * @module
 */
import { overlayAll } from '../overlay.ts'
import { adamMove } from './adam.ts'
import { batchNorms } from './batch-norm.ts'
import { gradients } from './gradients.ts'
import { batchMatMul } from './matmul.ts'
import { reductions } from './reduce.ts'
import { cast, reshape, step } from './unary.ts'

/** Registers the kernels. Idempotent; `useBackend('tensorflow')` calls it. */
export const registerLibraryKernels = (): void =>
  overlayAll('tensorflow', [
    batchMatMul,
    ...reductions,
    step,
    cast,
    reshape,
    ...gradients,
    ...batchNorms,
    adamMove,
  ])
