import { matMul, neg, reshape, type Scalar, softmax, type Tensor, tensor } from '@tensorflow/tfjs-core'
import type { Game } from '../game.ts'
import { expectStart, type Start, type Vectors, vectorPlayer } from './vectors.ts'

/** Lists of lists of numbers, as deep as there are players. */
export type Table = readonly (number | Table)[]

/**
 * What each player gets, by player: one number for each combination of actions. The i-th index is the action of the i-th
 * player named.
 */
export type Payoffs = { readonly [player: string]: Table }

/** How a matrix game starts. */
export interface MatrixGameOptions {
  /** Logits of the players' mixed strategies. */
  readonly from?: Start
}

/** A player's mixed strategy, the probability of each action [actions], from its logits [actions]. */
export const mixedStrategy = (logits: Tensor): Tensor => softmax(logits)

/**
 * A finite game in mixed strategies, of any number of players: each has logits [actions], plays action a with probability
 * softmax(logits)_a, and minimises minus its expected payoff. Statistics: `payoff`. Equilibria are the Nash equilibria in mixed
 * strategies; pure ones lie at infinite logits. Every vertex of the simplex is flat, so a strategy close to
 * a pure one moves slowly.
 * Source: Nash 1951 (Non-cooperative games).
 * Throws on tables that are not of one shape with an axis for each player, and on a start that does not fit.
 */
export function matrixGame(payoffs: Payoffs, { from = {} }: MatrixGameOptions = {}): Game<Vectors, unknown> {
  const players = Object.keys(payoffs)
  if (players.length === 0)
    throw new Error('matrixGame: expected a table of payoffs for each player, got none')
  const tables = players.map(player => flat(`matrixGame: payoffs.${player}`, payoffs[player]!))
  const shape = tables[0]!.shape
  for (const [i, player] of players.entries())
    if (tables[i]!.shape.length !== players.length || tables[i]!.shape.join() !== shape.join())
      throw new Error(
        `matrixGame: expected every player's payoffs to have one shape, with an axis for each of ${players.join(', ')}, got [${tables[i]!.shape}] for ${player}`,
      )
  const actions = Object.fromEntries(players.map((player, i) => [player, shape[i]!]))
  expectStart('matrixGame', from, actions)
  const expected = (table: readonly number[], all: Vectors): Scalar =>
    reshape(
      players.reduce<Tensor>(
        (rest, player) =>
          matMul(
            reshape(mixedStrategy(all[player]!), [1, actions[player]!]),
            reshape(rest, [actions[player]!, -1]),
          ),
        tensor([...table]),
      ),
      [],
    )
  return Object.fromEntries(
    players.map((player, i) => [
      player,
      vectorPlayer(actions[player]!, from[player], (all: Vectors) => {
        const payoff = expected(tables[i]!.numbers, all)
        return { cost: neg(payoff), stats: { payoff } }
      }),
    ]),
  )
}

/** A table's shape and its numbers in order. Throws unless its lists are of one length at each depth, and its numbers finite. */
function flat(what: string, table: number | Table): { shape: readonly number[]; numbers: readonly number[] } {
  if (typeof table === 'number' && Number.isFinite(table)) return { shape: [], numbers: [table] }
  if (!Array.isArray(table) || table.length === 0)
    throw new Error(
      `${what}: expected lists of finite numbers like [[1, 0], [0, 1]], got ${JSON.stringify(table)}`,
    )
  const parts = table.map((part, i) => flat(`${what}[${i}]`, part))
  const shape = parts[0]!.shape
  const odd = parts.findIndex(part => part.shape.join() !== shape.join())
  if (odd >= 0)
    throw new Error(`${what}[${odd}]: expected shape [${shape}] like the others, got [${parts[odd]!.shape}]`)
  return { shape: [parts.length, ...shape], numbers: parts.flatMap(part => part.numbers) }
}

/**
 * The prisoner's dilemma, years in prison as negative payoffs; actions: keep silent, confess. Confessing is better whatever
 * the other does, so the only equilibrium is that both confess, and both would be better off silent. Not zero-sum.
 */
export const prisonersDilemma: Payoffs = {
  row: [
    [-1, -3],
    [0, -2],
  ],
  column: [
    [-1, 0],
    [-3, -2],
  ],
}

/**
 * Matching pennies; actions: heads, tails. `row` wins where the coins agree. Zero-sum; the only equilibrium is that both
 * play each side with probability 1/2.
 */
export const matchingPennies: Payoffs = {
  row: [
    [1, -1],
    [-1, 1],
  ],
  column: [
    [-1, 1],
    [1, -1],
  ],
}

/**
 * Rock, paper, scissors, in this order. Zero-sum; the only equilibrium is that both play each with probability 1/3.
 */
export const rockPaperScissors: Payoffs = {
  row: [
    [0, -1, 1],
    [1, 0, -1],
    [-1, 1, 0],
  ],
  column: [
    [0, 1, -1],
    [-1, 0, 1],
    [1, -1, 0],
  ],
}
