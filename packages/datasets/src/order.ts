import { fold, type Key, permuted } from '@equilibria/core'

/**
 * The indices of batch `step` of `n` rows: positions `step * n ..` of an endless sequence in which every epoch is a
 * permutation of its own, made from `key` and the epoch's number alone. An endless dataset is read straight on.
 */
export function order(size: number, { step, n, key }: { step: number; n: number; key: Key }): number[] {
  if (!(Number.isInteger(n) && n > 0))
    throw new Error(`batches need a positive whole number of rows, got ${n}`)
  if (!(Number.isInteger(step) && step >= 0 && Number.isSafeInteger((step + 1) * n)))
    throw new Error(`steps are whole numbers from 0, got ${step}`)
  if (size === Infinity) return Array.from({ length: n }, (_, i) => step * n + i)
  let epoch = -1
  let epochKey: Key = key
  return Array.from({ length: n }, (_, i) => {
    const position = step * n + i
    if (Math.floor(position / size) !== epoch) {
      epoch = Math.floor(position / size)
      epochKey = fold(key, epoch)
    }
    return permuted(epochKey, size, position % size)
  })
}
