import type { Context } from '@equilibria/core'
import type { Tensor } from '@tensorflow/tfjs-core'

const show = (row: readonly (number | null)[]) => ['n', ...row.map(size => size ?? 'any')].join(', ')

/**
 * Throws unless `x` has shape [n, ...row]; null stands for any size. The message names the layer, both shapes and the remedy.
 */
export function expectRows(layer: string, x: Tensor, row: readonly (number | null)[], remedy?: string): void {
  const fits = x.rank === row.length + 1 && row.every((size, i) => size === null || size === x.shape[i + 1])
  if (fits) return
  const flat = row.length === 1 && x.rank > 2 ? 'put flatten() before it' : undefined
  const size = row.at(-1)
  const resize =
    x.rank === row.length + 1 && size !== null && x.shape.at(-1) !== size
      ? `make the layer for ${x.shape.at(-1)} inputs, or let what comes before it give ${size}`
      : 'change the shape of what comes before it'
  throw new Error(`${layer}: expected input [${show(row)}], got [${x.shape}]; ${remedy ?? flat ?? resize}`)
}

/** The last axis' size; throws unless there is a batch axis before it and it is `features`. */
export function expectFeatures(layer: string, x: Tensor, features: number): void {
  if (x.rank < 2 || x.shape.at(-1) !== features)
    throw new Error(
      `${layer}: expected input [n, ..., ${features}], got [${x.shape}]; make the layer for ${x.shape.at(-1) ?? 0} features`,
    )
}

/** A layer's name with its place in the network, for messages. */
export const placed = (layer: string, { path }: Context): string =>
  path === '' ? layer : `${layer} at "${path}"`
