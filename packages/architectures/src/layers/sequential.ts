import {
  type Context,
  checkNetwork,
  fold,
  type Key,
  type Memory,
  type Network,
  type Params,
  prefixed,
  within,
} from '@equilibria/core'
import type { Tensor } from '@tensorflow/tfjs-core'

/** Networks in order: a list, or a record whose keys name them in parameter paths. */
export type Parts = readonly Network[] | { readonly [name: string]: Network }

/**
 * Networks one after the other; none at all is the identity. Parameters are a list or a record like `parts`, each made from
 * its own key; memory paths begin with the part's index or name. Its slope is bounded if every part's is (`lipschitz`). Any `{ init, apply }` object can be a part. Its features are what
 * the parts give, the last one's output aside.
 */
export function sequential(parts: Parts): Network {
  const named = Object.entries(parts)
  for (const [name, part] of named) checkNetwork(`sequential: part ${name}`, part)
  const collect = <V>(f: (name: string, part: Network) => V) =>
    Array.isArray(parts)
      ? named.map(([name, part]) => f(name, part))
      : Object.fromEntries(named.map(([name, part]) => [name, f(name, part)]))
  return {
    init: key => collect((name, part) => part.init(fold(key, name))),
    ...memoryOf(named),
    ...boundedBy(named),
    apply: (params, x, context) => through(named, params, x, context).at(-1) ?? x,
    ...(named.length > 1 && {
      features: (params, x, context) => through(named.slice(0, -1), params, x, context),
    }),
  }
}

/** What each of some parts gives, one after the other. */
function through(
  parts: readonly (readonly [string, Network])[],
  params: Params,
  x: Tensor,
  context: Context,
): Tensor[] {
  const outputs: Tensor[] = []
  for (const [name, part] of parts)
    outputs.push(part.apply(at(params, name), outputs.at(-1) ?? x, within(context, name)))
  return outputs
}

const at = (params: Params, name: string): Params => {
  const own = (params as Record<string, Params>)[name]
  if (own === undefined)
    throw new Error(
      `sequential: no parameters for part ${name}, only for ${Object.keys(params).join(', ') || 'none'}: were they made by this network's init?`,
    )
  return own
}

/** `lipschitz` for a network made of parts: it says so if all of them do. */
export const boundedBy = (
  parts: readonly (readonly [name: string, part: Pick<Network, 'lipschitz'>])[],
): { lipschitz?: true } =>
  parts.length > 0 && parts.every(([, part]) => part.lipschitz) ? { lipschitz: true } : {}

/** `memory` for a network made of named parts: each part's, from its own key and under its name; nothing if no part has any. */
export function memoryOf(parts: readonly (readonly [name: string, part: Pick<Network, 'memory'>])[]): {
  memory?: (key: Key) => Memory
} {
  if (!parts.some(([, part]) => part.memory)) return {}
  return {
    memory: key =>
      Object.assign({}, ...parts.map(([name, part]) => prefixed(name, part.memory?.(fold(key, name))))),
  }
}
