import type { Rule } from '../rule.ts'
import { arithmetic } from './arithmetic.ts'
import { composed } from './composed.ts'
import { convolutions } from './convolution.ts'
import { image } from './image.ts'
import { indexing } from './indexing.ts'
import { matmul } from './matmul.ts'
import { normalization } from './normalization.ts'
import { pooling } from './pooling.ts'
import { reduction } from './reduction.ts'
import { refusals } from './refusals.ts'
import { shape } from './shape.ts'
import { slicing } from './slicing.ts'
import { unary } from './unary.ts'
import { volumes } from './volume.ts'

/** Every gradient function of this package, one per kernel. */
export const rules: readonly Rule[] = [
  ...arithmetic,
  ...unary,
  ...reduction,
  ...shape,
  ...slicing,
  ...matmul,
  ...convolutions,
  ...volumes,
  ...pooling,
  ...image,
  ...normalization,
  ...indexing,
  ...composed,
  ...refusals,
]
