import {
  alternating,
  countParameters,
  DeviceFault,
  eager,
  makeStep,
  type Players,
  type Prepared,
  release,
  type State,
  type Step,
  tensorsOf,
} from '@equilibria/core'
import { getBackend, ready } from '@tensorflow/tfjs-core'
import { begin, changes, dataKey } from './begin.ts'
import { takeSnapshot } from './checkpoint.ts'
import { DivergenceError, diagnose, diagnoseTensors } from './divergence.ts'
import { disposeBatch, fetchBatches, tensorsIn } from './feed.ts'
import { type Numbers, readScalars } from './host.ts'
import { chorus } from './loggers/logger.ts'
import { checkOptions, type Run, type Trained, type TrainOptions } from './options.ts'
import { pacer } from './pause.ts'

/** Between two turns of the event loop: short enough for a steady page and a prompt Ctrl-C. */
const TURN_MS = 16

const stepOf = <P extends Players, B>(trained: Trained<P, B>): Step<P, B> => {
  if (trained.step) return trained.step
  const { game, dynamics, optimizer, slots = {} } = trained
  return makeStep({
    game,
    optimizer,
    slots,
    dynamics: dynamics ?? alternating('critic' in game ? { critic: 1 } : {}),
  })
}

const message = (e: unknown) => (e instanceof Error ? e.message : String(e))

/**
 * Trains a game: fetches batches, takes steps, reads statistics late, keeps checkpoints, tells loggers. The only thing it
 * awaits between two steps is the step before: at most two are in flight on the device.
 * Continues from the store's newest checkpoint, bit for bit on the same backend and engine.
 * Throws a `DivergenceError` when a cost or parameter is no longer finite; such a state is never saved.
 */
export async function train<P extends Players, B>(options: TrainOptions<P, B>): Promise<Run<P>> {
  checkOptions(options)
  const { data, batch, steps, engine = eager(), device, store, signal, recipe = null, every = {} } = options
  const { log: logEvery = 50, checkpoint: saveEvery = 1000, sample: sampleEvery = 0 } = every
  await ready()
  const backend = getBackend()
  const place = device ? `${backend} on ${device}` : backend
  const step = stepOf(options)
  const loggers = chorus(options.loggers ?? [])
  const begun = await begin(step, options)
  const from = begun.state.step
  const origin = performance.now() - begun.seconds * 1000
  const seconds = (at = performance.now()) => (at - origin) / 1000
  const key = dataKey(begun.state)
  const turn = pacer(TURN_MS)
  const fetch = (t: number) => fetchBatches(data, { t, draws: step.draws, n: batch, key })

  let state: State<P> = begun.state
  let stats: Numbers | undefined
  let saved = begun.resumed ? from : -1
  let upcoming: Promise<B[]> | undefined
  let prepared: Prepared<P, B> | undefined
  let reading: { step: number; taken: number; numbers: Promise<Numbers> } | undefined
  // For the speed: when the last step that was logged was taken, which one, and time spent on anything but training since.
  let since = { at: performance.now(), step: from, aside: 0 }

  /** Waits for the numbers of the step in flight, if one is; stops at numbers that are none. */
  const settle = async () => {
    if (!reading) return
    const { step: at, taken, numbers } = reading
    const now = await numbers
    reading = undefined
    const divergence = diagnose(at, now, stats)
    if (divergence) throw divergence
    stats = now
    loggers.progress({ step: at, seconds: seconds(taken), stats })
    if (!(logEvery > 0 && at % logEvery === 0) && at !== steps) return
    const rows = (at - since.step) * batch * step.draws
    const imagesPerSecond = rows / Math.max(1e-9, (taken - since.at - since.aside) / 1000)
    since = { at: taken, step: at, aside: 0 }
    const time = new Date().toISOString()
    await loggers.log({ step: at, time, seconds: seconds(taken), imagesPerSecond, stats })
  }

  const save = async () => {
    if (!store || saved === state.step) return
    const extras = (await options.extras?.(state)) ?? {}
    const about = {
      backend: place,
      engine: prepared?.name ?? engine.name,
      batch,
      seconds: seconds(),
      recipe,
      saved: new Date().toISOString(),
    }
    try {
      const snapshot = await takeSnapshot(state, about, extras)
      const { params, optimizers } = snapshot.tensors
      const divergence = diagnoseTensors(state.step, { params: params!, optimizers: optimizers! })
      if (divergence) throw divergence
      await store.save(snapshot)
      saved = state.step
    } finally {
      release(extras)
    }
  }

  /** What is due after a step, besides its statistics. */
  const visit = async () => {
    const last = state.step === steps
    const toSave = store && saveEvery > 0 && state.step % saveEvery === 0 && !last
    const toSample = options.onSample && sampleEvery > 0 && state.step % sampleEvery === 0
    if (!toSave && !toSample) return
    await settle()
    const began = performance.now()
    if (toSave)
      await save().catch(e => {
        if (e instanceof DivergenceError) throw e
        return loggers.note(
          `no checkpoint was written at step ${state.step} (${message(e)}); training goes on, ${saved < 0 ? 'there is none yet' : `the last one is of step ${saved}`}`,
        )
      })
    if (toSample)
      for (const picture of await options.onSample!(state))
        await loggers.sample({ ...picture, step: state.step })
    since.aside += performance.now() - began
  }

  const finish = async (error?: Error) => {
    const stopped = error === undefined && state.step < steps
    await loggers.end({ step: state.step, seconds: seconds(), stopped, error })
    return stopped
  }

  /** Makes the engine ready with the first batches, which stay where the loop looks for them. */
  const prepare = async () => {
    upcoming = fetch(state.step)
    const batches = await upcoming
    prepared = await engine.prepare(step, { state, batches })
    // Getting ready is no part of the speed.
    since = { ...since, at: performance.now() }
  }

  try {
    const unready =
      state.step < steps && !signal?.aborted
        ? await prepare().then(
            () => undefined,
            (e: unknown) => ({ error: e }),
          )
        : undefined
    const now = { backend: place, engine: prepared?.name ?? engine.name, batch, recipe }
    await loggers.start({
      from,
      steps,
      batch,
      players: Object.fromEntries(step.players.map(name => [name, countParameters(state.params[name]!)])),
      backend,
      engine: now.engine,
      recipe,
    })
    if (unready) throw unready.error
    for (const note of [
      ...(options.notes ?? []),
      ...begun.notes,
      ...(begun.about ? changes(begun.about, now) : []),
      ...(prepared?.notes ?? []),
    ])
      await loggers.note(note)
    while (state.step < steps && !signal?.aborted) {
      const batches = await (upcoming ?? fetch(state.step))
      upcoming = undefined
      let next: State<P>
      try {
        if (state.step + 1 < steps) {
          upcoming = fetch(state.step + 1)
          upcoming.catch(() => {}) // Reported when its turn comes.
        }
        const advanced = prepared!.advance(state, batches)
        next = advanced instanceof Promise ? await advanced : advanced
      } catch (e) {
        disposeBatch(batches)
        throw e
      }
      // Together, since a slot may hold on to a tensor of the batch.
      release([tensorsOf(state), tensorsIn(batches)], tensorsOf(next))
      state = next
      const taken = performance.now()
      const numbers = readScalars(state.stats)
      numbers.catch(() => {}) // Reported when it is awaited.
      await settle()
      reading = { step: state.step, taken, numbers }
      await options.onStep?.(state)
      await visit()
      await turn()
    }
    await settle()
    await save()
    const stopped = await finish()
    return {
      state,
      from,
      stopped,
      stats: stats ?? {},
      seconds: seconds(),
      engine: now.engine,
      notes: loggers.notes,
    }
  } catch (e) {
    const error = e instanceof Error ? e : new Error(String(e))
    if (error instanceof DivergenceError && store)
      error.message +=
        saved < 0
          ? ' No checkpoint was written before.'
          : ` The checkpoint of step ${saved} in ${store.place} is sound: change what is named here and run again to continue from it.`
    else if (store && error instanceof DeviceFault)
      // Devices tell late: the steps before the fault may be wrong already.
      loggers.note(
        `step ${state.step} is not saved, its device failed; ${saved < 0 ? 'there is no checkpoint' : `the checkpoint of step ${saved} in ${store.place} is sound: run again to continue from it`}`,
      )
    else if (store && state.step > Math.max(saved, from)) {
      // Whatever failed (data, a callback), the state it failed after is whole.
      const rescue = settle().then(save)
      await rescue.then(
        () => loggers.note(`step ${state.step} was saved before giving up`),
        // Such as on a device that is lost, from which nothing can be read.
        e =>
          loggers.note(
            `step ${state.step} could not be saved (${message(e)}); ${saved < 0 ? 'there is no checkpoint' : `the checkpoint of step ${saved} in ${store.place} is sound: run again to continue from it`}`,
          ),
      )
    }
    await finish(error)
    release(tensorsOf(state))
    throw error
  } finally {
    await reading?.numbers.catch(() => {})
    await prepared?.release?.()
    await upcoming?.then(disposeBatch, () => {})
  }
}
