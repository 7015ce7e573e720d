import { type Batch, type Players, release, type State, tensorsOf } from '@equilibria/core'
import { train } from '@equilibria/trainers'
import type { Choice, Losses, RunState } from '../messages.ts'
import { enter } from './backend.ts'
import { engineNamed } from './engines.ts'
import { follow } from './follow.ts'
import { alone, type Storage } from './storage.ts'
import { openStudy, type Study } from './study.ts'
import { tell } from './tell.ts'

/** The one run that the page shows. */
export interface Session {
  /** Shows a run that is not training: its data, and what is saved of it. */
  look(choice: Choice): Promise<void>
  /** Trains from what is saved until the last step or the signal, and saves. */
  start(choice: Choice, signal: AbortSignal): Promise<void>
  /** Tells that the run is about to stop. */
  stopping(): void
  /** Removes what is saved of a run. */
  reset(choice: Choice): Promise<void>
}

/** How often losses are logged at most, in steps: often enough for a chart that grows before one's eyes. */
const LOG = 20

export function openSession(storage: Storage): Session {
  const studies = new Map<string, Promise<Study>>()
  const studyOf = (recipe: string): Promise<Study> => {
    const study = studies.get(recipe) ?? openStudy(recipe)
    studies.set(recipe, study)
    study.catch(() => studies.delete(recipe)) // So that another try opens it again.
    return study
  }

  let run: RunState | undefined
  const now = (change: Partial<RunState>) => {
    run = { ...run!, ...change }
    tell({ kind: 'run', run })
  }

  /** The losses up to a step; later ones belong to steps that were lost. */
  const lossesUntil = async (choice: Choice, step: number): Promise<readonly Losses[]> =>
    (await storage.losses(choice)).filter(entry => entry.step <= step)

  /** Makes the backend of a choice the current one, and tells what the run is on. */
  const prepare = async ({ backend, engine, recipe }: Choice): Promise<Study> => {
    now({ machine: { ...(await enter(backend)), engine } })
    return studyOf(recipe)
  }

  const look = async (choice: Choice) => {
    tell({ kind: 'clear' })
    run = { phase: 'preparing', choice, step: 0, seconds: 0 }
    now({})
    try {
      const study = await prepare(choice)
      tell({ kind: 'real', rows: await study.real(), range: study.data.range })
      const found = await (await storage.store(choice)).load()
      if (!found) return
      const { snapshot, notes } = found
      const { step, about } = snapshot
      for (const text of notes) tell({ kind: 'note', text })
      tell({ kind: 'losses', entries: await lossesUntil(choice, step) })
      tell({ kind: 'samples', step, rows: await study.samplesIn(snapshot) })
      now({ step, saved: step, seconds: about.seconds })
    } finally {
      now({ phase: 'idle' })
    }
  }

  /** Trains; gives the last state and whether the run is done. */
  const work = async (choice: Choice, signal: AbortSignal): Promise<void> => {
    const study = await prepare(choice)
    const { sampler: _, ...parts } = study.parts
    const recipe = { ...study.recipe, seed: choice.seed, steps: choice.steps }
    const store = await storage.store(choice)
    const follower = follow(study, await lossesUntil(choice, run!.step), now)
    await storage.remember(choice)
    const { state, seconds, stopped } = await train<Players, Batch>({
      ...parts,
      data: study.data,
      batch: recipe.batch,
      steps: recipe.steps,
      seed: choice.seed,
      recipe,
      engine: await engineNamed(choice.engine).make(),
      device: run!.machine!.device,
      every: { log: Math.min(recipe.every?.log ?? LOG, LOG), checkpoint: recipe.every?.checkpoint ?? 500 },
      store: {
        ...store,
        save: async snapshot => {
          await store.save(snapshot)
          await storage.keepLosses(choice, follower.losses)
          now({ saved: snapshot.step })
        },
      },
      loggers: [
        { start: ({ engine }) => now({ phase: 'training', machine: { ...run!.machine!, engine } }) },
        follower.logger,
      ],
      onStep: follower.onStep,
      extras: study.extrasOf,
      signal,
    })
    try {
      await follower.finish(state)
      now({ phase: 'stopping', step: state.step, seconds })
      if (!stopped) tell({ kind: 'tables', tables: await study.tablesOf(state) })
    } finally {
      release(tensorsOf(state as State))
    }
  }

  return {
    look,
    async start(choice, signal) {
      const shown = run?.choice
      if (shown?.recipe !== choice.recipe || shown.seed !== choice.seed) await look(choice)
      now({ phase: 'preparing', choice, stepsPerSecond: undefined })
      tell({ kind: 'tables', tables: [] })
      try {
        await alone(choice, () => work(choice, signal))
      } catch (e) {
        now({ step: run!.saved ?? 0 }) // From there it would go on.
        throw e
      } finally {
        now({ phase: 'idle' })
      }
    },
    stopping: () => {
      if (run?.phase === 'training') now({ phase: 'stopping' })
    },
    async reset(choice) {
      await storage.forget(choice)
      await look(choice)
    },
  }
}
