import {
  fold,
  integers,
  key,
  type Memory,
  type Params,
  type Sampler,
  sampling,
  scoped,
  standing,
} from '@equilibria/core'
import { fill, type Tensor, tensor1d } from '@tensorflow/tfjs-core'

/** A trained generator: how to sample, with which parameters and standing statistics. */
export interface Trained {
  readonly sampler: Sampler
  readonly params: Params
  readonly memory: Memory
  /** Number of classes, where the generator is class-conditional. */
  readonly classes?: number | undefined
}

/** Which samples: rows `first .. first + n - 1` of the endless list that a seed stands for. */
export interface Which {
  readonly seed?: number
  readonly n: number
  readonly first?: number
  /** The class of all rows; absent: row i has class i mod classes. */
  readonly label?: number | undefined
}

/**
 * Samples [n, ...row shape], in the range of the generator's output. Sample i of a seed is the same whether it is made alone
 * or with others. Throws on a class the generator does not know. The caller owns the tensor.
 */
export function sample(trained: Trained, { seed = 0, n, first = 0, label }: Which): Tensor {
  const { sampler, params, memory, classes } = trained
  if (!Number.isSafeInteger(n) || n < 1) throw new Error(`sample: expected n >= 1, got ${n}`)
  if (label !== undefined && classes === undefined)
    throw new Error(`sample: class ${label} was asked for, but this generator was trained without classes`)
  if (label !== undefined && !(Number.isInteger(label) && label >= 0 && label < classes!))
    throw new Error(`sample: class ${label} is not known; the classes are 0 to ${classes! - 1}`)
  return scoped(() => {
    const labels =
      classes === undefined
        ? undefined
        : label === undefined
          ? tensor1d(
              Array.from({ length: n }, (_, i) => (first + i) % classes),
              'int32',
            )
          : fill([n], label, 'int32')
    const z = sampler.latent.draw(fold(key(seed), 'samples'), n, first)
    return sampler.network.apply(params, z, sampling(memory, { labels }))
  })
}

/** Calls `use` with consecutive chunks of samples, `size` rows at most, and releases them afterwards. */
export async function eachSample(
  trained: Trained,
  which: Which,
  use: (chunk: Tensor, first: number) => Promise<void>,
  size = 64,
): Promise<void> {
  const { n, first = 0 } = which
  for (let done = 0; done < n; done += size) {
    const chunk = sample(trained, { ...which, n: Math.min(size, n - done), first: first + done })
    try {
      await use(chunk, done)
    } finally {
      chunk.dispose()
    }
  }
}

/** Standing statistics for a generator's parameters (see core's `standing`), from keys of their own. The caller owns them. */
export const standingFor = (
  sampler: Sampler,
  params: Params,
  { memory = {}, classes }: { memory?: Memory; classes?: number | undefined } = {},
): Memory =>
  standing(sampler.network, params, {
    latent: sampler.latent,
    key: fold(key(0), 'standing'),
    memory,
    labels: classes === undefined ? undefined : (k, n) => tensor1d(integers(k, n, classes), 'int32'),
  })

/** The memory of one player, its paths relative to it. */
export const memoryOf = (memory: Memory, player: string): Memory =>
  Object.fromEntries(
    Object.entries(memory)
      .filter(([path]) => path.startsWith(`${player}/`))
      .map(([path, value]) => [path.slice(player.length + 1), value]),
  )
