import {
  cast,
  div,
  logSumExp,
  maximum,
  mul,
  oneHot,
  reshape,
  type Scalar,
  slice,
  sub,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core'

/** Throws unless `classes` is a whole number >= 2. */
export function expectClasses(game: string, classes: number): void {
  if (!(Number.isInteger(classes) && classes >= 2))
    throw new Error(
      `${game}: expected the number of classes, a whole number >= 2, got ${classes}; it needs data with labels`,
    )
}

/** Throws unless a player's network gives `wanted` numbers a row. */
export function expectColumns(
  game: string,
  outputs: Tensor,
  wanted: number,
  what: string,
  player = 'critic',
): void {
  if (outputs.rank !== 2 || outputs.shape[1] !== wanted)
    throw new Error(
      `${game}: expected the ${player} to give [n, ${wanted}], ${what}, got [${outputs.shape}]: give its network outputs: ${wanted}`,
    )
}

/** The labels of a batch. Throws if it has none. */
export function labelsOf(game: string, labels: Tensor | undefined): Tensor {
  if (labels) return labels
  throw new Error(`${game}: needs labels, int32 [n], and the batch has none; train on labelled data`)
}

/** `count` columns of a matrix from column `first` on. */
export const columns = (x: Tensor, first: number, count: number): Tensor =>
  slice(x, [0, first], [x.shape[0]!, count])

/** The logits [n] among the outputs of a critic that gives more: their first column. Throws unless it gives `wanted` numbers a row. */
export function logitColumn(game: string, outputs: Tensor, wanted: number, what: string): Tensor {
  expectColumns(game, outputs, wanted, what)
  return reshape(columns(outputs, 0, 1), [-1])
}

/**
 * Cross-entropy -log softmax(logits)_label, averaged over the rows that have a label: logits [n, classes], labels int32 [n],
 * -1 where a row has none. 0 if no row has one. Throws unless there is a label for each row of logits.
 */
export function crossEntropy(logits: Tensor, labels: Tensor): Scalar {
  if (logits.shape[0] !== labels.shape[0])
    throw new Error(
      `expected a row of logits for each of ${labels.shape[0]} labels, got [${logits.shape}]; a critic that judges several rows together (packed) cannot say their classes`,
    )
  // Not `oneHot(..., 'float32')`: tfjs-backend-wasm 4.22 writes integers into it, whatever the type.
  const chosen = cast(oneHot(labels as never, logits.shape[1]!), 'float32')
  const labelled = sum(chosen, 1)
  const losses = sub(mul(labelled, logSumExp(logits, 1)), sum(mul(chosen, logits), 1))
  return div(sum(losses), maximum(sum(labelled), 1)) as Scalar
}
