import type { Players, State, Step } from '@equilibria/core'

/** One step on an engine: takes a state and its sub-batches, leaves both as they are, gives the next state. */
export type Advance<P extends Players, B> = (
  state: State<P>,
  batches: readonly B[],
) => State<P> | Promise<State<P>>

/**
 * What runs a step. The trainer is handed one as a value; a checkpoint remembers its name, since only the same engine on the
 * same backend continues bit for bit.
 */
export interface Engine {
  readonly name: string
  /** Called once before training; whatever tracing or compiling there is happens here or at the first call of the result. */
  prepare<P extends Players, B>(step: Step<P, B>): Advance<P, B>
}

/** Runs a step operation by operation on whatever tfjs backend is registered. */
export const eager = (): Engine => ({ name: 'eager', prepare: step => step.next })
