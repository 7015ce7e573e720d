import { makeStep, type Players, release, type StepParts, tensorsOf } from '@equilibria/core'
import { numbersOf, type Vector } from './vectors.ts'

/** Options of `trajectory`. */
export interface TrajectoryOptions<B> {
  readonly steps: number
  readonly seed?: number
  /** The sub-batches of step i; a game without data needs none. They stay the caller's. */
  readonly batches?: (step: number) => readonly B[]
}

/**
 * The points that a game reaches, the first included: all players' parameters one after the other, after each step. For small
 * games; reads every step.
 */
export async function trajectory<P extends Players, B>(
  parts: StepParts<P, B>,
  { steps, seed = 0, batches }: TrajectoryOptions<B>,
): Promise<Vector[]> {
  const step = makeStep(parts)
  const nothing = Array.from({ length: step.draws }, () => undefined as B)
  let state = step.init(seed)
  const points = [await numbersOf(state.params)]
  for (let i = 0; i < steps; i++) {
    const next = step.next(state, batches?.(i) ?? nothing)
    release(tensorsOf(state), tensorsOf(next))
    state = next
    points.push(await numbersOf(state.params))
  }
  release(tensorsOf(state))
  return points
}
