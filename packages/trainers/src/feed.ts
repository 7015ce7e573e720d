import type { Key } from '@equilibria/core'
import { dispose, type Tensor, type TensorContainer, tensor_util } from '@tensorflow/tfjs-core'

/**
 * Where batches come from. What `at` gives depends on its arguments alone, so that a run continued is the run never stopped.
 * Batches belong to the trainer, which disposes their tensors after the step.
 */
export interface Source<B> {
  /** Sub-batch number `step` of `n` rows; with d sub-batches a training step, step t sees numbers d t .. d t + d - 1. */
  at(query: { readonly step: number; readonly n: number; readonly key: Key }): B | Promise<B>
}

/** Every tensor of a batch, whatever it looks like. */
export const tensorsIn = (batch: unknown): Tensor[] =>
  tensor_util.getTensorsInContainer(batch as TensorContainer)

/** Disposes every tensor of a batch, whatever it looks like. */
export const disposeBatch = (batch: unknown): void => dispose(batch as TensorContainer)

/** The sub-batches of training step `t`. If one fails, the others are disposed and the error says which step it was for. */
export async function fetchBatches<B>(
  source: Source<B>,
  { t, draws, n, key }: { t: number; draws: number; n: number; key: Key },
): Promise<B[]> {
  const results = await Promise.allSettled(
    Array.from({ length: draws }, async (_, d) => source.at({ step: t * draws + d, n, key })),
  )
  const failed = results.find(r => r.status === 'rejected')
  const batches = results.flatMap(r => (r.status === 'fulfilled' ? [r.value] : []))
  if (!failed) return batches
  batches.forEach(disposeBatch)
  const { reason } = failed
  throw new Error(`no data for step ${t + 1}: ${reason instanceof Error ? reason.message : reason}`, {
    cause: reason,
  })
}
