import { entries, fromLeaves, type Players, type State, type Tree } from '@equilibria/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Snapshot } from './checkpoint.ts'
import { upload } from './host.ts'
import type { NamedTensors } from './safetensors.ts'

/** Options of `warmStart`. */
export interface WarmStartOptions {
  /** Whose weights to take (default: everyone's). */
  readonly players?: readonly string[]
  /** Which weights: the trained parameters, or the average a slot of that name keeps (`'ema'`). Default `'params'`. */
  readonly from?: string
}

/** What a warm start took and what it left. */
export interface WarmStart<P extends Players> {
  /** The new state. It shares with the old one the tensors that were left: release the old one against it. */
  readonly state: State<P>
  /** Paths of the parameters taken over. */
  readonly copied: readonly string[]
  /** Paths of the parameters left as they were, and why. */
  readonly left: readonly { readonly path: string; readonly why: string }[]
}

/**
 * Fine-tuning: a fresh state with another run's weights wherever path and shape match. Averages of weights begin at the
 * weights taken over; optimizers, memory and step stay fresh.
 * Throws if the snapshot has no such weights, a named player is unknown, or nothing matches.
 */
export function warmStart<P extends Players>(
  state: State<P>,
  snapshot: Pick<Snapshot, 'tensors'>,
  { players = Object.keys(state.params), from = 'params' }: WarmStartOptions = {},
): WarmStart<P> {
  const stranger = players.find(player => !(player in state.params))
  if (stranger !== undefined)
    throw new Error(
      `warmStart: the game has no player "${stranger}"; its players are ${Object.keys(state.params).join(', ')}`,
    )
  const source = weights(snapshot, from)
  const fits = new Map(
    entries<Tensor>(state.params).map(([path, { shape }]) => {
      const there = source.get(path)
      const why = !players.includes(path.split('/')[0]!)
        ? 'its player was not asked for'
        : !there
          ? 'the source has no such parameter'
          : there.shape.join() !== shape.join()
            ? `it is [${there.shape}] in the source and [${shape}] here`
            : undefined
      return [path, why] as const
    }),
  )
  const copied = [...fits].flatMap(([path, why]) => (why === undefined ? [path] : []))
  const left = [...fits].flatMap(([path, why]) => (why === undefined ? [] : [{ path, why }]))
  if (copied.length === 0)
    throw new Error(
      `warmStart: no parameter matches the source: ${left
        .slice(0, 3)
        .map(({ path, why }) => `${path}: ${why}`)
        .join('; ')}. Take the networks the source was trained with.`,
    )
  const replaced = <T>(tree: T): T => {
    const named = entries<Tensor>(tree as Tree)
    return fromLeaves(
      tree as Tree,
      named.map(([path, old]) =>
        fits.has(path) && fits.get(path) === undefined ? upload(source.get(path)!) : old,
      ),
    ) as T
  }
  const slots = Object.fromEntries(
    Object.entries(state.slots).map(([name, slot]) => [
      name,
      isAverage(slot) ? { ...slot, average: replaced(slot.average) } : slot,
    ]),
  )
  return { state: { ...state, params: replaced(state.params), slots }, copied, left }
}

const isAverage = (slot: Tree): slot is { readonly average: Tree; readonly [k: string]: Tree } =>
  typeof slot === 'object' && slot !== null && 'average' in slot

const weights = ({ tensors }: Pick<Snapshot, 'tensors'>, from: string): NamedTensors => {
  if (from === 'params') return tensors.params ?? new Map()
  const prefix = `${from}/average/`
  const slots = [...(tensors.slots ?? [])]
  const found = slots.flatMap(([path, t]) =>
    path.startsWith(prefix) ? [[path.slice(prefix.length), t] as const] : [],
  )
  if (found.length > 0) return new Map(found)
  const known = [...new Set(slots.flatMap(([path]) => /^([^/]+)\/average\//.exec(path)?.[1] ?? []))]
  throw new Error(
    `warmStart: the source keeps no average "${from}"; it has ${['params', ...known].map(n => `"${n}"`).join(', ')}`,
  )
}
