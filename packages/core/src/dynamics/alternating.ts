import { checkPlayers, checkRecord } from '../check.ts'
import type { Dynamics } from '../dynamics.ts'
import { move } from '../optimizer.ts'

/** How many moves each player makes a step, in the order of play: `{ critic: 5, generator: 1 }`. */
export type Order = { readonly [player: string]: number }

/**
 * Alternating gradient play: players move one after the other in the order given, each as often as its number says, each move at
 * the point the previous one reached. Move i uses noise i. The most frequent mover sees a fresh sub-batch at each of its
 * moves, so `draws` is the largest number; players not named move once, after those named.
 * Source: Goodfellow et al. 2014, algorithm 1 (k = `{ critic: k }`).
 * Throws on numbers that are not positive integers and, when the game is known, on players it lacks.
 */
export function alternating(order: Order = { critic: 1 }): Dynamics {
  checkRecord('alternating: the order', order, '{ critic: 5, generator: 1 }')
  for (const [player, count] of Object.entries(order))
    if (!Number.isInteger(count) || count < 1)
      throw new Error(`alternating: "${player}" must move a whole number of times >= 1 a step, got ${count}`)
  return {
    draws: Math.max(1, ...Object.values(order)),
    init: () => ({}),
    check: players => checkPlayers('alternating', Object.keys(order), players),
    step: (field, optimizers, start, state) => {
      type Name = keyof typeof start.params & string
      const players = Object.keys(start.params) as Name[]
      const turns = [...(Object.keys(order) as Name[]), ...players.filter(who => !(who in order))].flatMap(
        who => Array<Name>(order[who] ?? 1).fill(who),
      )
      const moves = turns.reduce(
        (m, who, salt) => move(who, field(who, m.params, salt).grads, optimizers, m),
        start,
      )
      return [moves, state]
    },
  }
}
