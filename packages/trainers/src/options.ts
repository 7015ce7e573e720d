import type {
  Dynamics,
  Engine,
  Game,
  Optimizer,
  Optimizers,
  Players,
  Slot,
  State,
  Step,
  Tree,
} from '@equilibria/core'
import type { CheckpointStore } from './checkpoint.ts'
import type { Source } from './feed.ts'
import type { Numbers } from './host.ts'
import type { Logger, Sample } from './loggers/logger.ts'

/** How often things happen, in steps; 0 is never. */
export interface Every {
  /** Statistics are logged (default 50), and at the last step. */
  readonly log?: number
  /** A checkpoint is written to the store (default 1000), and when training ends. */
  readonly checkpoint?: number
  /** `onSample` is called (default 0). */
  readonly sample?: number
}

/** The step to train: its parts, or the whole as a value. */
export type Trained<P extends Players, B> =
  | {
      readonly step?: never
      readonly game: Game<P, B>
      /** Default: alternating, the critic first if there is one, everyone moving once. */
      readonly dynamics?: Dynamics
      readonly optimizer: Optimizer | Optimizers<P>
      readonly slots?: { readonly [name: string]: Slot }
    }
  | { readonly step: Step<P, B>; readonly game?: never }

/** Everything `train` can be told. */
export type TrainOptions<P extends Players, B> = Trained<P, B> & {
  readonly data: Source<B>
  /** Rows a sub-batch. */
  readonly batch: number
  /** The step to reach, steps of earlier sessions included. */
  readonly steps: number
  /** Seed of everything random (default 0). */
  readonly seed?: number
  /** What runs the step (default `eager()`). */
  readonly engine?: Engine
  /**
   * What the backend computes on, in words (a device, a library's version; `useBackend` reports them): checkpoints keep it, and
   * one that is continued elsewhere is said not to be bit-exact.
   */
  readonly device?: string
  readonly loggers?: readonly Logger[]
  /** What is to be noted at the start, beside what the trainer has to say: why another engine was not to be had. */
  readonly notes?: readonly string[]
  readonly every?: Every
  /** Where checkpoints go; without one none are written. */
  readonly store?: CheckpointStore
  /**
   * Whether to continue from the store's newest checkpoint. Default: if there is one. `true` throws if there is none, `false`
   * throws if there is one.
   */
  readonly resume?: boolean
  /** Kept in every checkpoint, as JSON: whatever makes the run again. */
  readonly recipe?: unknown
  /** Changes a fresh run's first state (`warmStart`); not called on resuming. The state it is given is released. */
  readonly start?: (fresh: State<P>) => State<P> | Promise<State<P>>
  /** Tensors to keep in each checkpoint beside the state, by branch (standing statistics); the trainer disposes them. */
  readonly extras?: (
    state: State<P>,
  ) => { readonly [branch: string]: Tree } | Promise<{ readonly [branch: string]: Tree }>
  /** Makes the pictures handed to loggers. The state is lent: neither keep nor dispose its tensors. */
  readonly onSample?: (state: State<P>) => readonly Picture[] | Promise<readonly Picture[]>
  /** Called after every step. The state is lent: neither keep nor dispose its tensors. */
  readonly onStep?: (state: State<P>) => void | Promise<void>
  /** Aborting it ends training after the current step, with a checkpoint. */
  readonly signal?: AbortSignal
}

/** A sample without its step, which the trainer knows. */
export type Picture = Omit<Sample, 'step'>

/** What became of a run. */
export interface Run<P extends Players> {
  /** The last state. Its tensors belong to the caller: `release(tensorsOf(run.state))` when done. */
  readonly state: State<P>
  /** The step it began from: 0, or where a checkpoint was continued. */
  readonly from: number
  /** Whether the signal ended it before its last step. */
  readonly stopped: boolean
  /** The last step's statistics (empty if no step was taken). */
  readonly stats: Numbers
  /** Seconds trained, earlier sessions included. */
  readonly seconds: number
  /** The name of the engine that ran the steps. */
  readonly engine: string
  /** What the person training should read: fallbacks, differences to the run continued. */
  readonly notes: readonly string[]
}

const isCount = (n: number | undefined, least: number) =>
  n === undefined || (Number.isSafeInteger(n) && n >= least)

/** Throws on counts that are none. */
export function checkOptions({
  batch,
  steps,
  every = {},
}: {
  batch: number
  steps: number
  every?: Every | undefined
}) {
  if (!isCount(batch, 1)) throw new Error(`train: batch must be a whole number >= 1, got ${batch}`)
  if (!isCount(steps, 0)) throw new Error(`train: steps must be a whole number >= 0, got ${steps}`)
  for (const [name, n] of Object.entries(every as Record<string, number | undefined>)) {
    if (!['log', 'checkpoint', 'sample'].includes(name))
      throw new Error(`train: unknown "every.${name}"; known: log, checkpoint, sample`)
    if (!isCount(n, 0))
      throw new Error(`train: every.${name} must be a whole number of steps, 0 for never; got ${n}`)
  }
}
