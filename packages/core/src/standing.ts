import { add, clone, div, keep, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { fold, type Key } from './key.ts'
import { type Latent, trainingBatch } from './latent.ts'
import type { Memory, Network } from './network.ts'
import type { Params } from './tree.ts'

/** How standing statistics are gathered. */
export interface StandingOptions {
  readonly latent: Latent
  readonly key: Key
  /** Rows a batch. */
  readonly n?: number
  readonly batches?: number
  /** Labels int32 [n] for a batch, for class-conditional generators. */
  readonly labels?: ((key: Key, n: number) => Tensor) | undefined
  /** What the network remembers already (spectral-norm vectors). */
  readonly memory?: Memory
}

/**
 * Standing statistics of a generator: what its layers tell in `train` mode (batch moments), averaged over `batches` batches of
 * keyed latents. With them as memory, `sample` mode treats every row alone: sample i by itself equals sample i in a batch.
 * Latents that training spreads evenly (`Latent.batch`) are one batch of n * batches rows: layers tell variances as of independent rows, times
 * m / (m - 1), which of few even rows are too large.
 * They belong to these parameters only (an average of weights has its own). Source: Brock et al. 2019, appendix A.
 * Returns `memory` with the told entries added; the caller owns the tensors.
 */
export function standing<P extends Params>(
  network: Network<Tensor, Tensor, P>,
  params: P,
  { latent, key, n = 64, batches = 16, labels, memory = {} }: StandingOptions,
): Memory {
  const [rows, times] = latent.batch ? [n * batches, 1] : [n, batches]
  const sums = new Map<string, Tensor>()
  // A network whose first batch tells nothing has nothing to stand on.
  for (let batch = 0; batch < times && (batch === 0 || sums.size > 0); batch++)
    tidy(() => {
      const k = fold(key, batch)
      network.apply(params, trainingBatch(latent, fold(k, 'latent'), rows), {
        key: k,
        mode: 'train',
        path: '',
        memory,
        labels: labels?.(fold(k, 'labels'), rows),
        tell: (path, value) => {
          const sum = sums.get(path)
          sums.set(path, keep(sum ? add(sum, value) : clone(value)))
          sum?.dispose()
        },
      })
    })
  return tidy(() => {
    const averages = [...sums].map(([path, sum]) => {
      const average = path in memory ? clone(memory[path]!) : div(sum, times)
      sum.dispose()
      return [path, average]
    })
    const kept = Object.entries(memory).map(([path, value]) => [path, clone(value)])
    return Object.fromEntries([...kept, ...averages])
  })
}
