import { type GradConfig, getGradient, registerGradient } from '@tensorflow/tfjs-core'
import { rules } from './gradients/index.ts'
import { gradConfig } from './rule.ts'

let configs: readonly GradConfig[] | undefined

/**
 * Gives tfjs-core this package's gradient functions, which are right to second order, mixed derivatives included.
 * Stock ones are missing in Node, and where present partly wrong. Where another import has put its own in the place
 * of ours since, ours are put back. Needs no backend; a repeated call takes a small part of a millisecond. Gradients of
 * kernels that are not in the table are left alone.
 */
export function mend(): void {
  configs ??= rules.map(gradConfig)
  for (const config of configs) {
    if (getGradient(config.kernelName) !== config) registerGradient(config)
  }
}
