// A quadratic game of three players: each wants to be small, to be far from the player after it and near the one before it, and it leans to one side. Their field
// turns five times as fast as it pulls inwards: simultaneous moves of this length fly off, symplectic gradient adjustment goes to the equilibrium.
import { quadratic, simultaneous, symplecticAdjustment } from '@equilibria/core'
import { distance, played } from './played.ts'

export const steps = 60

// What is in the rows of the field: player i's slope is w_i + 3 w_(i+1) - 3 w_(i-1) + lean_i, zero for all of them at `equilibrium`.
const equilibrium = [1, 2, -1]
const names = ['a', 'b', 'c']
const rows = [
  [1, 3, -3],
  [-3, 1, 3],
  [3, -3, 1],
]

/** Player i's cost: its row of the field, in the row and the column of its number. */
const cost = (i: number) => {
  const matrix = rows.map((row, j) =>
    row.map((_, k) => (j === i ? rows[i]![k]! : k === i ? rows[i]![j]! : 0)),
  )
  const slope = rows[i]!.reduce((sum, a, k) => sum + a * equilibrium[k]!, 0)
  return { matrix, linear: names.map((_, k) => (k === i ? -slope : 0)) }
}

export async function run(budget = steps) {
  const game = quadratic({ costs: Object.fromEntries(names.map((name, i) => [name, cost(i)])) })
  const rules = { rate: 0.1, steps: budget }
  const { start, end } = await played(game, { dynamics: symplecticAdjustment(0.3), ...rules })
  const { end: strayed } = await played(game, { dynamics: simultaneous(), ...rules })
  return {
    distance: distance(end, equilibrium),
    start: distance(start, equilibrium),
    simultaneous: distance(strayed, equilibrium),
  }
}
