import { dense, flatten, reshape, sequential, softplus } from '@equilibria/architectures'
import { entry, fromData, type Network, type Plugin } from '@equilibria/core'
import { logistic } from './logistic.ts'

/** A small smooth critic, composed of layers: rows of any shape -> logits [n]. */
export const smoothCritic = ({ shape, width }: { shape: readonly number[]; width: number }): Network => {
  const inputs = shape.reduce((a, b) => a * b, 1)
  return sequential([
    flatten(),
    dense(inputs, width),
    softplus(),
    dense(width, width),
    softplus(),
    dense(width, 1),
    reshape([]),
  ])
}

export default {
  name: 'custom-plugin',
  losses: { logistic },
  networks: { smoothCritic: entry(smoothCritic, { shape: fromData, width: 64 }) },
} satisfies Plugin
