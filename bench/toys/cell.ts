import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Engine, fold, key, type Registry, release, standing, tensorsOf } from '@equilibria/core'
import { consoleLogger, train } from '@equilibria/trainers'
import { folderStore } from '@equilibria/trainers/node'
import {
  evaluateTrained,
  type Recipe,
  realise,
  realiseData,
  type Trained,
  trainedOf,
  withFacts,
} from 'equilibria'
import { machine } from '../machine.ts'
import { protocol } from './protocol.ts'
import { type Cell, nameOf, type Result } from './results.ts'

/** Where a cell is trained, and how. */
export interface Workplace {
  readonly registry: Registry
  readonly engine: Engine
  /** Checkpoints of cells that are not done are kept here. */
  readonly runs: string
  readonly signal: AbortSignal
}

/**
 * Batch norm's statistics over 25,000 latents. Modes of the ring are a hundredth of its radius wide: those of a few hundred rows would move
 * every sample by about as much.
 */
const withStanding = (trained: Trained): Trained => ({
  ...trained,
  memory: standing(trained.sampler.network, trained.params, {
    latent: trained.sampler.latent,
    key: fold(key(0), 'standing'),
    n: protocol.batch,
    batches: 250,
  }),
})

/**
 * Trains and judges a cell. A cell that was stopped or killed goes on from its last checkpoint. Gives nothing if the signal stopped it
 * before its end.
 */
export async function runCell(
  cell: Cell,
  spec: Recipe,
  { registry, engine, runs, signal }: Workplace,
): Promise<Result | undefined> {
  const data = await realiseData(spec, registry)
  const recipe = withFacts(spec, data)
  const { sampler: _, ...parts } = realise(recipe, registry, recipe.facts)
  // A recipe that was changed begins anew, whatever is left of the old one.
  const mark = createHash('sha256').update(JSON.stringify(spec)).digest('hex').slice(0, 8)
  const folder = join(runs, `${nameOf(cell)}-${mark}`)
  const run = await train({
    ...parts,
    data,
    steps: cell.steps,
    batch: recipe.batch,
    seed: cell.seed,
    engine,
    recipe,
    signal,
    store: folderStore(folder, { keep: 2 }),
    loggers: [consoleLogger({ seconds: 30 })],
    every: { log: 1000, checkpoint: 2000 },
  })
  try {
    if (run.stopped) return undefined
    const latest = trainedOf(recipe, registry, recipe.facts, run.state)!
    release(latest.memory)
    const trained = withStanding(latest)
    const [verdict] = await evaluateTrained(trained, recipe, {
      registry,
      data,
      seed: cell.seed,
      n: protocol.samples,
      evaluations: ['coverage'],
    })
    release(trained.memory)
    const { modes, highQuality, reverseKl, samples } = verdict!.numbers as Pick<
      Result,
      'modes' | 'highQuality' | 'reverseKl' | 'samples'
    >
    const result: Result = {
      ...cell,
      modes,
      highQuality,
      reverseKl,
      samples,
      seconds: Math.round(run.seconds),
      engine: run.engine,
      machine: machine(),
      date: new Date().toISOString(),
      spec,
    }
    await rm(folder, { recursive: true, force: true })
    return result
  } finally {
    release(tensorsOf(run.state))
  }
}
