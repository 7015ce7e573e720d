// The Dirac-GAN: data at one point, a generator that is a point, a critic that is a slope. Simultaneous moves lead around the equilibrium at 0 and slowly
// away, consensus optimization to it.
import { consensus, dirac, simultaneous } from '@equilibria/core'
import { minimax } from '@equilibria/losses'
import { distance, played } from './played.ts'

export const steps = 200

export async function run(budget = steps) {
  const game = dirac({ loss: minimax(), from: { critic: [1], generator: [1] } })
  const rules = { rate: 0.2, steps: budget }
  const { end } = await played(game, { dynamics: consensus(1), ...rules })
  const { end: strayed } = await played(game, { dynamics: simultaneous(), ...rules })
  return { distance: distance(end), simultaneous: distance(strayed) }
}
