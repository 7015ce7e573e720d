// xy, which x minimises and y maximises: simultaneous moves lead away from the equilibrium at 0, extragradient, which looks ahead, to it.
import { bilinear, extragradient, simultaneous } from '@equilibria/core'
import { distance, played } from './played.ts'

export const steps = 200

export async function run(budget = steps) {
  const game = bilinear({ from: { x: [1], y: [1] } })
  const rules = { rate: 0.3, steps: budget }
  const { end } = await played(game, { dynamics: extragradient(), ...rules })
  const { end: strayed } = await played(game, { dynamics: simultaneous(), ...rules })
  return { distance: distance(end), simultaneous: distance(strayed) }
}
