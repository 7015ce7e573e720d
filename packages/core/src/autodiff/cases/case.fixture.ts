import { sin, square, type Tensor } from '@tensorflow/tfjs-core'
import type { GradientCase } from '../../testing/gradient-reports.ts'
import type { InputSpec } from '../../testing/samples.ts'

export type Spec = Partial<InputSpec> & { shape: number[] }
type F = (...xs: Tensor[]) => Tensor

/** A case by shapes, or by shapes with ranges. */
export const on = (
  name: string,
  inputs: readonly (number[] | InputSpec)[],
  f: F,
  order: 1 | 2 = 2,
): GradientCase => ({
  name,
  inputs: inputs.map(input => (Array.isArray(input) ? { shape: input } : input)),
  f,
  order,
})

/** Between curved functions, so that an operation that is linear itself has second derivatives to get right. */
export const bent = (name: string, shape: number[] | InputSpec, f: (x: Tensor) => Tensor): GradientCase =>
  on(name, [shape], x => square(f(sin(x!))))
