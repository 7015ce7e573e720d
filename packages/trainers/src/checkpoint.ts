import { entries, fromLeaves, type Key, type Players, type State, type Tree } from '@equilibria/core'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import { download, upload } from './host.ts'
import type { NamedTensors } from './safetensors.ts'

/** How a checkpoint came about; nothing here is needed to continue. */
export interface About {
  /** The tfjs backend, with its device where that was told, and the engine it was trained on: only the same continue bit for bit. */
  readonly backend: string
  readonly engine: string
  readonly batch: number
  /** Seconds trained so far, all sessions together. */
  readonly seconds: number
  /** The recipe the run was made from, if it was. */
  readonly recipe: unknown
  /** When, ISO 8601. */
  readonly saved: string
}

/** A state outside the backend: what a checkpoint holds. */
export interface Snapshot {
  readonly step: number
  readonly key: Key
  /**
   * Tensors by path, by branch: `params`, `optimizers`, `dynamics`, `memory`, `slots`, `stats`, and whatever a run keeps
   * beside its state (standing statistics).
   */
  readonly tensors: { readonly [branch: string]: NamedTensors }
  readonly about: About
}

/** What a store found when asked for its newest checkpoint, with whatever should be known about how. */
export interface Found {
  readonly snapshot: Snapshot
  readonly notes: readonly string[]
}

/** Where checkpoints are kept. */
export interface CheckpointStore {
  /** Where, for messages. */
  readonly place: string
  /** Keeps a snapshot, whole or not at all. */
  save(snapshot: Snapshot): Promise<void>
  /** The newest checkpoint that can be read, undefined if there is none. Throws a `CheckpointError` if none can be read. */
  load(): Promise<Found | undefined>
}

/** Why a checkpoint cannot be used. */
export type CheckpointFault =
  /** Truncated, altered, incomplete. */
  | 'corrupt'
  /** Written by a later version of the format. */
  | 'newer'
  /** Of another game, optimizer, dynamics or slots. */
  | 'other'
  /** Not there. */
  | 'missing'

/** A checkpoint cannot be used; the message says what to do. */
export class CheckpointError extends Error {
  readonly fault: CheckpointFault

  constructor(fault: CheckpointFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CheckpointError'
    this.fault = fault
  }
}

const BRANCHES = ['params', 'optimizers', 'dynamics', 'memory', 'slots'] as const

/** Reads a whole state back from the backend. `extras` are trees kept beside it, each a branch of its own. */
export async function takeSnapshot<P extends Players>(
  state: State<P>,
  about: About,
  extras: { readonly [branch: string]: Tree } = {},
): Promise<Snapshot> {
  const taken = Object.keys(extras).find(name => name === 'stats' || BRANCHES.some(b => b === name))
  if (taken !== undefined)
    throw new Error(`a checkpoint has a branch "${taken}" already: name the extra tensors differently`)
  const trees = Object.entries({
    ...Object.fromEntries(BRANCHES.map(branch => [branch, state[branch] as Tree])),
    stats: state.stats as Tree,
    ...extras,
  })
  const tensors = await Promise.all(trees.map(([, tree]) => download(tree)))
  return {
    step: state.step,
    key: state.key,
    tensors: Object.fromEntries(trees.map(([branch], i) => [branch, tensors[i]!])),
    about,
  }
}

/**
 * The state of a snapshot, on the current backend. `fresh` is any state of the same step (`step.init(0)`): its structure and
 * shapes are what the snapshot must have. Throws a `CheckpointError` listing the differences otherwise.
 */
export function restoreState<P extends Players>(fresh: State<P>, snapshot: Snapshot): State<P> {
  const differences = BRANCHES.flatMap(branch =>
    compare(branch, fresh[branch] as Tree, snapshot.tensors[branch]),
  )
  const players = Object.keys(fresh.params)
  const strangers = [...(snapshot.tensors.stats?.keys() ?? [])].filter(
    path => !players.some(player => path.startsWith(`${player}/`)),
  )
  if (differences.length > 0 || strangers.length > 0)
    throw new CheckpointError(
      'other',
      `the checkpoint of step ${snapshot.step} is not of this game: ${summary([...differences, ...strangers.map(s => `a statistic "${s}" of no player here`)])}. Give the networks, optimizer, dynamics and slots it was trained with, train in another folder, or start from its weights alone with warmStart.`,
    )
  const branch = <T>(name: (typeof BRANCHES)[number], like: T): T => {
    const tree = like as Tree
    const stored = snapshot.tensors[name] ?? new Map()
    return fromLeaves(
      tree,
      entries<Tensor>(tree).map(([path]) => upload(stored.get(path)!)),
    ) as T
  }
  const stats = [...(snapshot.tensors.stats ?? [])]
  return {
    step: snapshot.step,
    key: snapshot.key,
    params: branch('params', fresh.params),
    optimizers: branch('optimizers', fresh.optimizers),
    dynamics: branch('dynamics', fresh.dynamics),
    memory: branch('memory', fresh.memory),
    slots: branch('slots', fresh.slots),
    stats: Object.fromEntries(
      players.map(player => [
        player,
        Object.fromEntries(
          stats
            .filter(([path]) => path.startsWith(`${player}/`))
            .map(([path, host]) => [path.slice(player.length + 1), upload(host) as Scalar]),
        ),
      ]),
    ) as State<P>['stats'],
  }
}

const compare = (branch: string, like: Tree, stored: NamedTensors = new Map()): string[] => {
  const wanted = new Map(entries<Tensor>(like))
  const missing = [...wanted].flatMap(([path, { shape, dtype }]) => {
    const there = stored.get(path)
    if (!there) return [`${branch}/${path} is missing there`]
    return there.shape.join() === shape.join() && there.dtype === dtype
      ? []
      : [`${branch}/${path} is ${there.dtype} [${there.shape}] there and ${dtype} [${shape}] here`]
  })
  const extra = [...stored.keys()].filter(path => !wanted.has(path))
  return [...missing, ...extra.map(path => `${branch}/${path} is missing here`)]
}

const summary = (differences: readonly string[]) =>
  differences.length <= 3
    ? differences.join('; ')
    : `${differences.slice(0, 3).join('; ')}; and ${differences.length - 3} more differences`

/** Keeps the last checkpoint in memory: for tests and for pages that close with their run. */
export function memoryStore(): CheckpointStore & { readonly last: Snapshot | undefined } {
  let last: Snapshot | undefined
  return {
    place: 'memory',
    get last() {
      return last
    },
    async save(snapshot) {
      // A backend may hand out its own memory, which an engine may write to again.
      const copies = Object.entries(snapshot.tensors).map(([branch, tensors]) => [
        branch,
        new Map([...tensors].map(([path, t]) => [path, { ...t, data: t.data.slice() }])),
      ])
      last = { ...snapshot, tensors: Object.fromEntries(copies) }
    },
    load: async () => (last ? { snapshot: last, notes: [] } : undefined),
  }
}
