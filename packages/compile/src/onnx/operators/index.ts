import type { Lowerings } from '../emit.ts'
import { convolution } from './convolution.ts'
import { creation } from './creation.ts'
import { elementwise } from './elementwise.ts'
import { image } from './image.ts'
import { indexing } from './indexing.ts'
import { matmul } from './matmul.ts'
import { normalization } from './normalization.ts'
import { pooling } from './pooling.ts'
import { reduction } from './reduction.ts'
import { shape } from './shape.ts'

/** All kernels that can be written in ONNX. */
export const lowerings: Lowerings = {
  ...creation,
  ...elementwise,
  ...reduction,
  ...matmul,
  ...shape,
  ...indexing,
  ...normalization,
  ...image,
  ...pooling,
  ...convolution,
}
