import { trajectory } from '@equilibria/analysis'
import { type Dynamics, type Game, type Players, sgd } from '@equilibria/core'

/** How a small game is played. */
interface Play {
  readonly dynamics: Dynamics
  readonly rate: number
  readonly steps: number
}

/**
 * The numbers of all players, one player's after the other's, at the start of a game without data and after so many steps of plain descent: an
 * optimizer that remembers would blur what the dynamics do.
 */
export async function played<P extends Players>(game: Game<P, unknown>, { dynamics, rate, steps }: Play) {
  const points = await trajectory({ game, dynamics, optimizer: sgd(rate) }, { steps, seed: 1 })
  return { start: [...points[0]!], end: [...points.at(-1)!] }
}

/** How far a point is from another, the origin unless given. */
export const distance = (point: readonly number[], from: readonly number[] = point.map(() => 0)): number =>
  Math.hypot(...point.map((x, i) => x - from[i]!))
