import { fold, key, type Payoffs, type Table, uniforms } from '@equilibria/core'

/** A random game in which players have these numbers of actions; payoffs lie in (-1, 1). */
export function randomPayoffs(actions: { readonly [player: string]: number }, seed: number): Payoffs {
  const sizes = Object.values(actions)
  return Object.fromEntries(
    Object.keys(actions).map(player => {
      const numbers = uniforms(
        fold(key(seed), player),
        sizes.reduce((a, b) => a * b, 1),
      )
      let next = 0
      const table = (axis: number): Table =>
        Array.from({ length: sizes[axis]! }, () =>
          axis === sizes.length - 1 ? 2 * numbers[next++]! - 1 : table(axis + 1),
        )
      return [player, table(0)]
    }),
  )
}

/** Random logits of each player's strategy. */
export const randomLogits = (
  actions: { readonly [player: string]: number },
  seed: number,
): { [player: string]: number[] } =>
  Object.fromEntries(
    Object.entries(actions).map(([player, n]) => [
      player,
      [...uniforms(fold(key(seed), player), n)].map(u => 2 * u - 1),
    ]),
  )

/** The strategy of logits, in double precision. */
export const softmaxOf = (logits: readonly number[]): number[] => {
  const powers = logits.map(Math.exp)
  const total = powers.reduce((a, b) => a + b, 0)
  return powers.map(p => p / total)
}
