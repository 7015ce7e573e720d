import type { State } from '@equilibria/core'
import type { Logger } from '@equilibria/trainers'
import type { Losses, RunState } from '../messages.ts'
import type { Study } from './study.ts'
import { tell } from './tell.ts'

/** Milliseconds between two pieces of news. */
const NEWS_MS = 100
/** Milliseconds over which speed is measured, and from one picture to the next. */
const PICTURE_MS = 400
/** The share of the time that drawing may take. */
const DRAWING = 0.1

/** Follows a run while it trains. */
export interface Follower {
  readonly logger: Logger
  /** The losses of the whole run, earlier sessions included. */
  readonly losses: readonly Losses[]
  /** Draws samples of a state that is lent, where some are due. */
  onStep(state: State): Promise<void>
  /** Tells what has not been told yet, and draws. */
  finish(state: State): Promise<void>
}

/** Tells the page of a run, not more often than it can show. `now` tells how the run stands. */
export function follow(
  study: Study,
  before: readonly Losses[],
  now: (change: Partial<RunState>) => void,
): Follower {
  const losses = [...before]
  let untold: Losses[] = []
  let told = Number.NEGATIVE_INFINITY
  let drawn = { at: Number.NEGATIVE_INFINITY, took: 0 }
  let mark: { readonly at: number; readonly step: number } | undefined
  type Progress = Pick<RunState, 'step' | 'seconds' | 'stepsPerSecond'>
  let first: Progress | undefined
  let last: Progress | undefined

  const flush = () => {
    told = performance.now()
    if (untold.length > 0) tell({ kind: 'losses', entries: untold })
    untold = []
    if (last) now(last)
  }

  const draw = async (state: State) => {
    const began = performance.now()
    tell({ kind: 'samples', step: state.step, rows: await study.samplesOf(state) })
    const at = performance.now()
    drawn = { at, took: at - began }
  }

  return {
    losses,
    logger: {
      progress: ({ step, seconds }) => {
        const at = performance.now()
        mark ??= { at, step }
        const due = at - mark.at >= PICTURE_MS
        const stepsPerSecond = due ? ((step - mark.step) * 1000) / (at - mark.at) : last?.stepsPerSecond
        if (due) mark = { at, step }
        last = { step, seconds, stepsPerSecond }
        first ??= last
        if (at - told >= NEWS_MS) flush()
      },
      log: ({ step, stats }) => {
        const own = Object.entries(stats).map(([player, s]) => [player, s.loss ?? s.cost ?? 0] as const)
        const entry = { step, losses: Object.fromEntries(own) }
        losses.push(entry)
        untold.push(entry)
      },
      note: text => tell({ kind: 'note', text }),
    },
    onStep: async state => {
      const since = performance.now() - drawn.at
      if (since >= Math.max(PICTURE_MS, drawn.took / DRAWING)) await draw(state)
    },
    finish: async state => {
      const seconds = (last?.seconds ?? 0) - (first?.seconds ?? 0)
      if (last && first && seconds > 0) last = { ...last, stepsPerSecond: (last.step - first.step) / seconds }
      flush()
      await draw(state)
    },
  }
}
