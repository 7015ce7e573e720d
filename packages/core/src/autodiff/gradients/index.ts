import type { Rule } from '../rule.ts'
import { arithmetic } from './arithmetic.ts'
import { convolutions } from './convolution.ts'
import { indexing } from './indexing.ts'
import { matmul } from './matmul.ts'
import { reduction } from './reduction.ts'
import { shape } from './shape.ts'
import { unary } from './unary.ts'

/** Every gradient function of this package, one per kernel. */
export const rules: readonly Rule[] = [
  ...arithmetic,
  ...unary,
  ...reduction,
  ...shape,
  ...matmul,
  ...convolutions,
  ...indexing,
]
