import type { Tensor } from '@tensorflow/tfjs-core'
import { gradientsWithAux } from '../autodiff/index.ts'
import { checkCount, checkPlayers } from '../check.ts'
import type { Dynamics, Fitted } from '../dynamics.ts'
import type { Players } from '../game.ts'
import { namesOf, perPlayer } from '../jacobian.ts'
import { type Moves, move, type Optimizer, type Optimizers } from '../optimizer.ts'
import { fromLeaves, leaves } from '../tree.ts'

/** Options of `unrolled`. */
export interface UnrolledOptions {
  /** Who looks through the others' moves. */
  readonly player?: string
  /** How many moves of the others it looks through. */
  readonly steps?: number
  /** How the others are expected to move, differentiable; their own optimizers from their present state unless given. */
  readonly inner?: Optimizer
}

const usable =
  'sgd (with any momentum) and adam(rate, { differentiable: true }) are; or give unrolled an inner optimizer, { inner: sgd(rate) }, and keep the other for the real moves'

function checkParts(others: readonly string[], inner: Optimizer | undefined, { optimizers, slots }: Fitted) {
  for (const who of inner ? [] : others)
    if (!optimizers[who]?.differentiable)
      throw new Error(
        `unrolled: the moves of "${who}" are looked through, and its optimizer is not differentiable: ${usable}`,
      )
  for (const [name, slot] of Object.entries(slots))
    if (!slot.still)
      throw new Error(
        `unrolled: the slot "${name}" changes with every move, and a look through several moves would see it stand still: leave it out, or declare it \`still: true\` if no cost reads it or it may be held`,
      )
}

/**
 * Unrolled play: `player` moves along the gradient of its cost at the point that the others reach in `steps` simultaneous moves from
 * here, through those moves, so that it takes into account how they will answer. The others move along their plain gradients, all at once with
 * it. The moves looked through see the step's sub-batch, noise, slots and network memory, and leave nothing behind. Optimizers of the real moves
 * see the gradient through the moves as any other, Adam's moments too; the moves looked through must be differentiable.
 * It needs memory for all `steps` moves. For games of any number of players.
 * Source: Metz et al. 2017 (arXiv 1611.02163), section 2.2.
 * Throws on fewer than one step, on an inner optimizer that is not differentiable and, when the game is known, on a player it lacks, on
 * optimizers of the others that are not differentiable where there is no inner one, and on slots that are not `still`.
 */
export function unrolled({ player = 'generator', steps = 5, inner }: UnrolledOptions = {}): Dynamics {
  checkCount('unrolled: steps', steps)
  if (inner && !inner.differentiable)
    throw new Error(
      `unrolled: the inner optimizer is not differentiable: sgd (with any momentum) and adam(rate, { differentiable: true }) are`,
    )
  return {
    draws: 1,
    init: () => ({}),
    check: (players, parts) => {
      checkPlayers('unrolled', [player], players)
      const others = players.filter(who => who !== player)
      if (others.length === 0)
        throw new Error(`unrolled: "${player}" is alone in its game and has nobody's moves to look through`)
      checkParts(others, inner, parts)
    },
    step: (field, optimizers, start, state) => {
      type P = typeof start.params
      type Name = keyof P & string
      const others = namesOf(start.params).filter(who => who !== player)
      const foreseen: Optimizers<P> = inner
        ? (perPlayer(start.params as Players, () => inner) as Optimizers<P>)
        : optimizers
      const own = start.params[player as Name]!
      const through = gradientsWithAux(() => {
        let moves: Moves<P> = inner
          ? { ...start, optimizers: perPlayer(start.params, who => inner.init(start.params[who]!)) }
          : start
        for (let i = 0; i < steps; i++) {
          const grads = others.map(who => field(who, moves.params).grads)
          moves = others.reduce((m, who, j) => move(who, grads[j]!, foreseen, m), moves)
        }
        const evaluation = field(player as Name, moves.params)
        return { value: evaluation.cost, aux: evaluation }
      }, leaves<Tensor>(own))
      const grads = perPlayer(start.params, who =>
        who === player ? fromLeaves(own, through.grads) : field(who, start.params).grads,
      ) as unknown as P
      return [namesOf(start.params).reduce((m, who) => move(who, grads[who]!, optimizers, m), start), state]
    },
  }
}
