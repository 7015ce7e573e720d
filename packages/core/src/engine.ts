import type { Players } from './game.ts'
import type { State, Step } from './step.ts'

/** One step on an engine: takes a state and its sub-batches, leaves both as they are, gives the next state. Throws a `DeviceFault` where its device fails. */
export type Advance<P extends Players, B> = (
  state: State<P>,
  batches: readonly B[],
) => State<P> | Promise<State<P>>

/** A step made ready to run. */
export interface Prepared<P extends Players, B> {
  /**
   * What really runs the step. A checkpoint remembers it: under the same name, on the same backend, training continues bit for bit.
   */
  readonly name: string
  readonly advance: Advance<P, B>
  /** What the user should know, such as why a step could not be compiled. */
  readonly notes?: readonly string[]
  /** Frees what was made ready. */
  release?(): void | Promise<void>
}

/** What runs a step; handed to the trainer as a value. */
export interface Engine {
  readonly name: string
  /** Called once before training, with the state and the sub-batches that the first step will take. */
  prepare<P extends Players, B>(
    step: Step<P, B>,
    first: { readonly state: State<P>; readonly batches: readonly B[] },
  ): Prepared<P, B> | Promise<Prepared<P, B>>
}

/** Runs a step operation by operation on whatever tfjs backend is registered. */
export const eager = (): Engine => ({
  name: 'eager',
  prepare: step => ({ name: 'eager', advance: (state, batches) => step.next(state, batches) }),
})
