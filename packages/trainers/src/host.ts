import { entries, type Tree } from '@equilibria/core'
import { concat, reshape, type Scalar, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import { checkName, type HostTensor, type NamedTensors } from './safetensors.ts'

/** The tensors of a tree with their numbers read back, by path. */
export async function download(tree: Tree): Promise<NamedTensors> {
  const named = entries<Tensor>(tree)
  const data = await Promise.all(named.map(([, t]) => t.data()))
  const host = new Map<string, HostTensor>()
  named.forEach(([path, t], i) => {
    checkName(path)
    if (host.has(path))
      throw new Error(`two tensors share the path "${path}": rename the key that contains a "/"`)
    if (t.dtype !== 'float32' && t.dtype !== 'int32' && t.dtype !== 'bool')
      throw new Error(`tensor "${path}" is ${t.dtype}: states hold float32, int32 and bool tensors only`)
    host.set(path, { dtype: t.dtype, shape: t.shape, data: data[i]! } as HostTensor)
  })
  return host
}

/** A host tensor put on the backend. */
export const upload = ({ data, shape, dtype }: HostTensor): Tensor => tensor(data, [...shape], dtype)

/** Host numbers by player and name. */
export type Numbers = { readonly [player: string]: { readonly [name: string]: number } }

/**
 * Reads scalars back in one transfer. What the numbers are made of may be disposed as soon as this has returned its promise.
 */
export async function readScalars(stats: {
  readonly [player: string]: { readonly [name: string]: Scalar }
}): Promise<Numbers> {
  const all = Object.values(stats).flatMap(own => Object.values(own))
  const joined = all.length === 0 ? undefined : tidy(() => concat(all.map(s => reshape(s, [1]))))
  const data = joined ? await joined.data() : []
  joined?.dispose()
  let i = 0
  return Object.fromEntries(
    Object.entries(stats).map(([player, own]) => [
      player,
      Object.fromEntries(Object.keys(own).map(name => [name, data[i++]!])),
    ]),
  )
}
