import type { GradientCase } from '../../testing/gradient-reports.ts'
import { composites } from './composite.fixture.ts'
import { convolution } from './convolution.fixture.ts'
import { elementwise } from './elementwise.fixture.ts'
import { images } from './image.fixture.ts'
import { linear } from './linear.fixture.ts'
import { reductions } from './reduction.fixture.ts'
import { shapes } from './shape.fixture.ts'

export const cases: readonly GradientCase[] = [
  ...elementwise,
  ...reductions,
  ...shapes,
  ...linear,
  ...convolution,
  ...images,
  ...composites,
]
