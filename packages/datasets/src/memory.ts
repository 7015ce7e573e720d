import type { Batch } from '@equilibria/core'
import { tensor, tensor1d } from '@tensorflow/tfjs-core'
import { type Dataset, type DatasetFacts, dataset } from './dataset.ts'

/** Rows held in memory. */
export interface MemoryRows {
  readonly name: string
  /** All rows, one after the other: bytes 0..255, read as [-1, 1] (byte / 127.5 - 1), or floats, read as they are. */
  readonly rows: Uint8Array | Float32Array
  readonly shape: readonly number[]
  /** The class of each row. */
  readonly labels?: ArrayLike<number> | undefined
  /** Number of classes; the highest label + 1 unless given. */
  readonly classes?: number | undefined
  readonly classNames?: readonly string[] | undefined
  readonly license?: string | undefined
}

// Byte to [-1, 1], the range of a generator that ends in tanh.
const SCALED = Float32Array.from({ length: 256 }, (_, byte) => byte / 127.5 - 1)

/**
 * A dataset of rows in memory: batches `data` float32 [n, ...shape] and, if rows have labels, `labels` int32 [n].
 * Images belong here as bytes, a quarter of their size as floats. Throws where counts do not fit.
 */
export function memory({
  name,
  rows,
  shape,
  labels,
  classes,
  classNames,
  license,
}: MemoryRows): DatasetFacts & Dataset {
  const rowSize = shape.reduce((a, b) => a * b, 1)
  const size = rows.length / rowSize
  if (!Number.isInteger(size))
    throw new Error(`${name}: ${rows.length} values are not a whole number of rows of shape [${shape}]`)
  if (size === 0) throw new Error(`${name}: there are no rows`)
  const known = labels && checkedLabels(name, labels, size, classes)
  return dataset(
    {
      name,
      size,
      shape,
      range: rows instanceof Uint8Array ? ([-1, 1] as const) : extremes(name, rows),
      classes: known?.classes,
      labels: known?.labels,
      classNames,
      license,
    },
    (indices): Batch => {
      const n = indices.length
      const values = new Float32Array(n * rowSize)
      for (let i = 0; i < n; i++) {
        const first = checkedIndex(name, indices[i]!, size) * rowSize
        if (rows instanceof Uint8Array)
          for (let j = 0; j < rowSize; j++) values[i * rowSize + j] = SCALED[rows[first + j]!]!
        else values.set(rows.subarray(first, first + rowSize), i * rowSize)
      }
      const data = tensor(values, [n, ...shape])
      return known ? { data, labels: labelTensor(known.labels, indices) } : { data }
    },
  )
}

/** `index` if a row has it; throws otherwise. */
export function checkedIndex(name: string, index: number, size: number): number {
  if (!(Number.isInteger(index) && index >= 0 && index < size))
    throw new Error(`${name}: rows are numbered 0 .. ${size - 1}, got ${index}`)
  return index
}

/** The labels int32 [n] of rows. */
export const labelTensor = (labels: Int32Array, indices: ArrayLike<number>) =>
  tensor1d(
    Int32Array.from(indices, i => labels[i]!),
    'int32',
  )

/** Labels as int32 with their number of classes. Throws if they do not fit the rows or are no class numbers. */
export function checkedLabels(name: string, given: ArrayLike<number>, size: number, classes?: number) {
  if (given.length !== size) throw new Error(`${name}: there are ${size} rows but ${given.length} labels`)
  let highest = 0
  for (let i = 0; i < size; i++) {
    const label = given[i]!
    if (!Number.isInteger(label) || label < 0 || (classes !== undefined && label >= classes))
      throw new Error(
        `${name}: the label of row ${i} is ${label}; expected a whole number from 0${classes === undefined ? '' : ` to ${classes - 1}`}`,
      )
    highest = Math.max(highest, label)
  }
  return { labels: Int32Array.from(given), classes: classes ?? highest + 1 }
}

function extremes(name: string, rows: Float32Array): [number, number] {
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < rows.length; i++) {
    const value = rows[i]!
    if (!Number.isFinite(value)) throw new Error(`${name}: value ${i} is ${value}; rows must be finite`)
    if (value < low) low = value
    if (value > high) high = value
  }
  return [low, high]
}
