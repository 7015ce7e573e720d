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
import { Tensor, tidy } from '@tensorflow/tfjs-core'

/** A part's own parameters: a kernel, and what else it has. */
export type Kerneled = { readonly kernel: Tensor; readonly [name: string]: Params }

/** How kernels are made of parameters, whenever a network is applied. */
export interface Parametrisation {
  readonly name: string
  /** Parameters beside a kernel, given how it starts. */
  readonly init?: (kernel: Tensor) => { readonly [name: string]: Tensor }
  /** Memory of a kernel's place, given how it starts. */
  readonly memory?: (own: Kerneled, key: Key) => Memory
  /** The kernel that the layer is to use; the context is that of its place. */
  readonly kernel: (own: Kerneled, context: Context) => Tensor
}

const isKerneled = (params: Params): params is Kerneled =>
  !(params instanceof Tensor) &&
  !Array.isArray(params) &&
  (params as Partial<Kerneled>).kernel instanceof Tensor

/** `params` with `f` done to every part that has a kernel; `path` leads there. */
function mapKerneled(
  params: Params,
  f: (own: Kerneled, path: readonly string[]) => Params,
  path: readonly string[] = [],
): Params {
  if (params instanceof Tensor) return params
  const inner = (own: Params): Params => {
    if (own instanceof Tensor) return own
    const entries = Object.entries(own).map(
      ([name, part]) => [name, mapKerneled(part, f, [...path, name])] as const,
    )
    return Array.isArray(own) ? entries.map(([, part]) => part) : Object.fromEntries(entries)
  }
  return isKerneled(params) ? f(params, path) : inner(params)
}

/**
 * A network, be it one layer or many, every `kernel` of which is made anew of its parameters when it is applied: the one way in which
 * kernels are reparametrised (spectral norm, weight norm). Parameters and memory keep their paths, with those of the
 * parametrisation beside them. Throws, when parameters and memory are made, if the network has no kernel, and on memory that is there already, as it is
 * if the network has the parametrisation.
 */
export function parametrised<In, P extends Params>(
  network: Network<In, Tensor, P>,
  { name, init, memory, kernel }: Parametrisation,
): Network<In, Tensor, P> {
  checkNetwork(name, network as Network)
  const start = (key: Key): P => {
    const params = network.init(key)
    let found = 0
    mapKerneled(params, own => {
      found++
      return own
    })
    if (found === 0)
      throw new Error(
        `${name}: the network has no parameter named "kernel", so there is nothing to normalise; leave it as it is`,
      )
    return params
  }
  const { memory: inner } = network
  return {
    ...network,
    init: key =>
      init ? (mapKerneled(start(key), own => ({ ...own, ...init(own.kernel) })) as P) : start(key),
    ...((memory || inner) && {
      memory: (key: Key) => {
        const before = inner?.(key) ?? {}
        if (!memory) return before
        const added = tidy(() => {
          const places: Memory[] = []
          mapKerneled(start(key), (own, path) => {
            places.push(prefixed(path.join('/'), memory(own, path.reduce(fold, key))))
            return own
          })
          return Object.assign({}, ...places) as Memory
        })
        const twice = Object.keys(added).find(path => path in before)
        if (twice !== undefined)
          throw new Error(
            `${name}: a part of the network has it already (memory "${twice}" is there): leave one of the two out`,
          )
        return { ...before, ...added }
      },
    }),
    apply: (params, x, context) => network.apply(made(params, context), x, context),
    ...(network.features && {
      features: (params: P, x: In, context: Context) => network.features!(made(params, context), x, context),
    }),
  }

  function made(params: P, context: Context): P {
    return mapKerneled(params, (own, path) => ({
      ...own,
      kernel: kernel(own, path.reduce<Context>(within, context)),
    })) as P
  }
}
