import { type Game, leaves, type Players, playersOf } from '@equilibria/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { type Audience, costAt } from './cost.ts'

/** What the costs of a game's players add up to. */
export interface ZeroSum {
  /**
   * `exact`: they add up to one constant. `strategic`: they do once each player's cost is changed by something that it cannot influence,
   * which changes no gradient, no best response and no equilibrium: a GAN's critic pays for real data, which is no matter of the generator's.
   * `no`: neither.
   */
  readonly verdict: 'exact' | 'strategic' | 'no'
  /** How much the sum varies over the points, as a share of the largest |cost|. */
  readonly variation: number
  /** How far the sum is from a sum of terms that each miss a player, as the same share. */
  readonly interaction: number
}

/** Options of `zeroSum`. */
export interface ZeroSumOptions<B> extends Audience<B> {
  /** Differences below this share of the largest |cost| are rounding. */
  readonly tolerance?: number
}

/**
 * Whether a game is zero-sum, checked at points: the players' costs are added up at every mixture of two points of the game (one player
 * from the first, another from the second, ...). The sum is one constant (exact), or of the form sum_i c_i(everyone but i)
 * (strategic): that is so if and only if its alternating sum over the mixtures vanishes for every pair of points. `points` are two or more,
 * compared in pairs in the order given: 2^players sums for each pair. The two of a pair differ in every player, and had better be far apart: what all
 * players influence shows as the product of how far each goes, and falls below the tolerance between points that are close.
 * Throws on fewer than two points, on a point that lacks a player, and on a pair that agrees in one: its alternating sum vanishes in any game.
 */
export async function zeroSum<P extends Players, B>(
  game: Game<P, B>,
  points: readonly P[],
  { tolerance = 1e-5, ...audience }: ZeroSumOptions<B> = {},
): Promise<ZeroSum> {
  if (points.length < 2)
    throw new Error(
      `zeroSum: expected two or more points of the game, got ${points.length}: init it with several seeds`,
    )
  const players = playersOf(game)
  await checkPairs(points, players)
  const sums: number[] = []
  let [largest, interaction] = [0, 0]
  for (const [i, one] of points.slice(0, -1).entries()) {
    const other = points[i + 1]!
    let alternating = 0
    for (let mask = 0; mask < 2 ** players.length; mask++) {
      const mixed = Object.fromEntries(
        players.map((who, j) => [who, (mask >> j) & 1 ? other[who] : one[who]]),
      ) as unknown as P
      let [total, sign] = [0, 1]
      for (const [j, who] of players.entries()) {
        const cost = await costAt(game, who, mixed, audience)
        largest = Math.max(largest, Math.abs(cost))
        total += cost
        if ((mask >> j) & 1) sign = -sign
      }
      sums.push(total)
      alternating += sign * total
    }
    interaction = Math.max(interaction, Math.abs(alternating))
  }
  const relative = (x: number) => (x === 0 ? 0 : x / largest)
  const variation = relative(Math.max(...sums) - Math.min(...sums))
  const linked = relative(interaction)
  const verdict = variation <= tolerance ? 'exact' : linked <= tolerance ? 'strategic' : 'no'
  return { verdict, variation, interaction: linked }
}

/** Throws unless all points have all players, and neighbours differ in every one. */
async function checkPairs<P extends Players>(points: readonly P[], players: readonly (keyof P & string)[]) {
  for (const [i, point] of points.entries())
    for (const who of players)
      if (point?.[who] === undefined)
        throw new Error(
          `zeroSum: expected points with parameters for ${players.join(', ')}; point ${i} ${point ? `has none for "${who}"` : `is ${point}`}`,
        )
  const read = (point: P, who: keyof P) =>
    Promise.all(leaves(point[who] as Players[string]).map(leaf => (leaf as Tensor).data()))
  for (const [i, point] of points.slice(0, -1).entries())
    for (const who of players) {
      const [one, other] = [await read(point, who), await read(points[i + 1]!, who)]
      if (one.every((values, j) => values.every((x, k) => x === other[j]?.[k])))
        throw new Error(
          `zeroSum: points ${i} and ${i + 1} agree in "${who}", and so tell nothing of what all players influence; give points that differ in every player: init the game with several seeds, or move that player`,
        )
    }
}
