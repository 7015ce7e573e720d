import { type Engine, eager } from '@equilibria/core'

/** An engine that may be had here, and how to get it: making it throws in words if it is not there. */
export interface EngineCandidate {
  readonly name: string
  /** Taken only where it is asked for by name. */
  readonly named?: boolean
  make(): Promise<Engine>
}

/** What became of a candidate. */
export interface EngineAttempt {
  readonly name: string
  readonly reason: string
}

/** The engine chosen, and why those before it were not. */
export interface EngineChoice {
  readonly engine: Engine
  readonly tried: readonly EngineAttempt[]
}

const message = (e: unknown) => (e instanceof Error ? e.message : String(e))

/**
 * The candidate called `name`, or with `auto` the first that can be had of those that need not be named, `eager` if none. Throws on a name nobody has and, if it was
 * asked for by name, on an engine that cannot be had.
 */
export async function chooseEngine(
  candidates: readonly EngineCandidate[],
  name = 'auto',
): Promise<EngineChoice> {
  const names = ['auto', 'eager', ...candidates.map(candidate => candidate.name)]
  if (!names.includes(name)) throw new Error(`unknown engine "${name}"; known: ${names.join(', ')}`)
  if (name === 'eager') return { engine: eager(), tried: [] }
  const asked = candidates.filter(candidate =>
    name === 'auto' ? candidate.named !== true : candidate.name === name,
  )
  const tried: EngineAttempt[] = []
  for (const candidate of asked)
    try {
      return { engine: await candidate.make(), tried }
    } catch (e) {
      if (name !== 'auto') throw e
      tried.push({ name: candidate.name, reason: message(e) })
    }
  return { engine: eager(), tried }
}
