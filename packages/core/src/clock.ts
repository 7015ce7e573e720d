import { type Scalar, scalar } from '@tensorflow/tfjs-core'

/**
 * Which step this is, for costs and slots that change with it. Not a plain number: a step is traced once and run many times, so
 * it may depend on the count as a tensor, and on its divisors through questions that a compiler can ask again at each step.
 */
export interface Clock {
  /** Steps done before this one, a scalar. */
  readonly step: Scalar
  /** Whether this is the k-th, the 2k-th, ... step. */
  readonly due: (k: number) => boolean
}

/** Whether the step after `step` steps is a k-th one. */
export const isDue = (step: number, k: number): boolean => (step + 1) % k === 0

/** The clock of a step before which `step` steps were done. */
export const clockAt = (step: number): Clock => ({
  step: scalar(step),
  due: k => isDue(step, k),
})
