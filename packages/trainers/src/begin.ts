import {
  fold,
  isRecord,
  type Key,
  type Players,
  release,
  type State,
  type Step,
  tensorsOf,
} from '@equilibria/core'
import { CheckpointError, type CheckpointStore, restoreState, type Snapshot } from './checkpoint.ts'

/** Where a run begins. */
export interface Beginning<P extends Players> {
  readonly state: State<P>
  readonly resumed: boolean
  /** Seconds trained by earlier sessions. */
  readonly seconds: number
  readonly notes: readonly string[]
  /** How the checkpoint that is continued was trained. */
  readonly about?: Snapshot['about']
}

/** How a run is trained, as far as it must stay the same to continue bit for bit. */
export interface Circumstances {
  readonly backend: string
  readonly engine: string
  readonly batch: number
  readonly recipe?: unknown
}

/** What decides where a run begins. */
export interface BeginOptions<P extends Players> {
  readonly seed?: number | undefined
  readonly store?: CheckpointStore | undefined
  readonly resume?: boolean | undefined
  readonly start?: ((fresh: State<P>) => State<P> | Promise<State<P>>) | undefined
}

/** The state to train from: the store's newest checkpoint or a fresh one (see `TrainOptions.resume`). */
export async function begin<P extends Players, B>(
  step: Step<P, B>,
  options: BeginOptions<P>,
): Promise<Beginning<P>> {
  const { seed, store, resume, start } = options
  const found = await store?.load()
  if (!found && resume === true)
    throw new CheckpointError(
      'missing',
      `there is no checkpoint to resume from in ${store ? store.place : 'this run, which has no store'}; check the folder, or leave resume out to begin afresh.`,
    )
  if (found && resume === false)
    throw new Error(
      `${store!.place} holds checkpoints up to step ${found.snapshot.step} of an earlier run: continue it (leave resume: false out), delete them, or train in another folder.`,
    )
  const fresh = step.init(seed ?? 0)
  if (!found) {
    if (!start) return { state: fresh, resumed: false, seconds: 0, notes: [] }
    const state = await start(fresh)
    release(tensorsOf(fresh), tensorsOf(state))
    return { state, resumed: false, seconds: 0, notes: [] }
  }
  const { snapshot, notes } = found
  try {
    if (seed !== undefined && fresh.key.join() !== snapshot.key.join())
      throw new CheckpointError(
        'other',
        `the checkpoint in ${store!.place} was trained with another seed than ${seed}: leave the seed out to continue it, or train in another folder.`,
      )
    const state = restoreState(fresh, snapshot)
    return {
      state,
      resumed: true,
      seconds: snapshot.about.seconds,
      notes: [...notes, `continuing from step ${snapshot.step}`],
      about: snapshot.about,
    }
  } finally {
    release(tensorsOf(fresh))
  }
}

/** What differs from how the checkpoint was trained, in words. */
export const changes = (about: Snapshot['about'], now: Circumstances): string[] => {
  const notes: string[] = []
  if (about.backend !== now.backend || about.engine !== now.engine)
    notes.push(
      `the checkpoint was written on ${about.backend} (${about.engine}) and continues on ${now.backend} (${now.engine}): within rounding, but not bit-exact`,
    )
  if (about.batch !== now.batch)
    notes.push(
      `the batch was ${about.batch} and is now ${now.batch}: the rest is not what the same run would have done`,
    )
  if (isRecord(about.recipe) && isRecord(now.recipe)) {
    const changed = recipeChanges(about.recipe, now.recipe)
    if (changed.length > 0) notes.push(`the recipe changed since the checkpoint: ${changed.join(', ')}`)
  }
  return notes
}

/** The fields in which two recipes differ, `steps` aside: a run may always go on for longer. */
export const recipeChanges = (
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    field => field !== 'steps' && JSON.stringify(before[field]) !== JSON.stringify(after[field]),
  )

/** The key of a run's data: derived from the state alone, so that a resumed run sees the same rows in the same order. */
export const dataKey = (state: { readonly key: Key }): Key => fold(state.key, 'data')
