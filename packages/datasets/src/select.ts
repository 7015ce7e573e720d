import { type Batch, key, permuted } from '@equilibria/core'
import { type Dataset, dataset } from './dataset.ts'
import { checkedIndex, checkedLabels, labelTensor } from './memory.ts'

/** The rows of these indices as a dataset of their own. Index lists may repeat rows. */
export function subset<D extends Dataset>(of: D, indices: ArrayLike<number>, name = of.name): D {
  const chosen = Uint32Array.from(indices, i => checkedIndex(of.name, i, of.size))
  if (chosen.length === 0) throw new Error(`${name}: none of the ${of.size} rows of ${of.name} was chosen`)
  const { labels } = of
  return dataset(
    {
      ...of,
      name,
      size: chosen.length,
      labels: labels && Int32Array.from(chosen, i => labels[i]!),
    },
    wanted => of.rows(Uint32Array.from(wanted, i => chosen[checkedIndex(name, i, chosen.length)]!)),
  )
}

/** Keeps `count` rows, chosen by `seed`, out of training: two datasets without a row in common. */
export function heldOut<D extends Dataset>(of: D, count: number, seed = 0): { train: D; heldOut: D } {
  if (!(Number.isInteger(count) && count > 0 && count < of.size) || of.size === Infinity)
    throw new Error(`${of.name}: can hold out between 1 and ${of.size - 1} rows, got ${count}`)
  const all = Array.from({ length: of.size }, (_, i) => permuted(key(seed), of.size, i))
  const sorted = (part: number[]) => part.sort((a, b) => a - b)
  return {
    train: subset(of, sorted(all.slice(count))),
    heldOut: subset(of, sorted(all.slice(0, count)), `${of.name} (held out)`),
  }
}

/** The rows of one class, or of several. Labels keep their numbers. Throws on datasets without labels. */
export function byClass<D extends Dataset>(of: D, wanted: number | readonly number[]): D {
  const { labels } = of
  if (!labels) throw new Error(`${of.name} has no labels to choose by: add them with withLabels`)
  const set = new Set(typeof wanted === 'number' ? [wanted] : wanted)
  const indices = [...labels.keys()].filter(i => set.has(labels[i]!))
  if (indices.length === 0)
    throw new Error(
      `${of.name}: no row is of class ${[...set].join(', ')}; its classes are 0 .. ${of.classes! - 1}`,
    )
  return subset(of, indices, `${of.name} (class ${[...set].join(', ')})`)
}

/** The same rows with these labels, one class number a row. */
export function withLabels<D extends Dataset>(of: D, given: ArrayLike<number>, classes?: number): D {
  const known = checkedLabels(of.name, given, of.size, classes)
  return dataset(
    { ...of, classes: known.classes, labels: known.labels, classNames: undefined },
    async (indices): Promise<Batch> => {
      const { data, labels } = await of.rows(indices)
      labels?.dispose()
      return { data, labels: labelTensor(known.labels, indices) }
    },
  )
}
