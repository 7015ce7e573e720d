import { existsSync, mkdirSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { useBackend } from '@equilibria/backends'
import { useEngine } from '@equilibria/compile/node'
import { type Registry, release, tensorsOf } from '@equilibria/core'
import type { Dataset } from '@equilibria/datasets'
import { consoleLogger, warmStart } from '@equilibria/trainers'
import { reportRun, trainInFolder } from '@equilibria/trainers/node'
import { evaluateTrained } from '../evaluation.ts'
import { isRun, openRun } from '../node/run-folder.ts'
import { canPicture, type HostRows, layoutOf, picture } from '../pictures/picture.ts'
import { type Recipe, realise, realiseData, withFacts } from '../recipe.ts'
import { STANDING, trainedOf } from '../trained.ts'
import { tableText } from './evaluate.ts'
import { exitCode, type Io } from './io.ts'
import { changeRecipe, commandRegistry, findRecipe, freshFolder, type RecipeFlags } from './options.ts'
import { hostSamples } from './sample.ts'

interface TrainFlags extends RecipeFlags {
  readonly out?: string
  readonly resume?: boolean
  readonly from?: string
  readonly backend: string
  readonly engine: string
  readonly plugin?: readonly string[]
}

const describeData = ({ name, size, shape, license }: Dataset) =>
  `${name}, ${size === Infinity ? 'endless' : size} rows of [${shape}]${license ? ` (${license})` : ''}`

/** The recipe to train and the folder of its run. Throws where flags contradict each other or would overwrite a run. */
async function chooseRun(
  given: string | undefined,
  flags: TrainFlags,
  registry: Registry,
  io: Io,
): Promise<{ recipe: Recipe; out: string }> {
  if (flags.resume) {
    if (flags.out === undefined) throw new Error('--resume: say which run to continue with --out <folder>')
    if (flags.from !== undefined)
      throw new Error('--resume continues a run, --from starts a new one from its weights: give one of them')
    if (flags.seed !== undefined)
      throw new Error(
        '--seed: a run is continued with its own seed; leave --seed out, or train in another folder',
      )
    const run = await openRun(resolve(io.cwd, flags.out))
    const recipe = given === undefined ? run.recipe : findRecipe(given, registry, io.cwd)
    return { recipe: changeRecipe(recipe, flags, registry, io.cwd), out: flags.out }
  }
  if (given === undefined)
    throw new Error(
      `train: which recipe? Give a name (${registry.names('recipes').join(', ')}) or a JSON file, or --resume --out <folder>`,
    )
  const recipe = changeRecipe(findRecipe(given, registry, io.cwd), flags, registry, io.cwd)
  const out = flags.out ?? freshFolder(basename(given, '.json'), io.cwd)
  const path = resolve(io.cwd, out)
  if (existsSync(path) && !statSync(path).isDirectory())
    throw new Error(`--out ${out} is a file: give a folder for the run`)
  if (isRun(path))
    throw new Error(`--out ${out} holds a run already: continue it with --resume, or choose another folder`)
  const missing = (recipe.plugins ?? []).filter(plugin => !(flags.plugin ?? []).includes(plugin))
  if (missing.length > 0)
    throw new Error(
      `this recipe uses the plugin${missing.length > 1 ? 's' : ''} ${missing.join(', ')}, which is code: if you trust it, allow it with ${missing.map(m => `--plugin ${m}`).join(' ')}`,
    )
  return { recipe, out }
}

/** Real points to draw below generated ones. */
async function realPoints(data: Dataset): Promise<HostRows | undefined> {
  if (data.shape.length !== 1 || data.shape[0] !== 2) return undefined
  const batch = await data.at({ step: 0, n: 1024, key: [0, 0] })
  const rows = { data: (await batch.data.data()) as Float32Array, shape: batch.data.shape }
  batch.data.dispose()
  batch.labels?.dispose()
  return rows
}

/** `equilibria train`: everything from a recipe to a run's folder with checkpoints, log, pictures and report. */
export async function trainCommand(given: string | undefined, flags: TrainFlags, io: Io): Promise<number> {
  const registry = await commandRegistry(flags.plugin ?? [], io.cwd)
  const { recipe: asked, out } = await chooseRun(given, flags, registry, io)
  const dir = resolve(io.cwd, out)
  const backend = await useBackend(flags.backend)
  const { engine, tried } = await useEngine(flags.engine)
  const notes = [
    ...backend.tried
      .filter(({ name, ok }) => !ok && name === flags.backend)
      .map(({ name, reason }) => `backend ${name} is not used: ${reason}`),
    ...(engine.name === 'eager' ? tried : []).map(
      ({ name, reason }) => `engine ${name} is not used: ${reason}`,
    ),
  ]
  const data = await realiseData(asked, registry)
  const recipe = withFacts(asked, data)
  const { facts } = recipe
  const { sampler, ...parts } = realise(recipe, registry, facts)
  const startFrom = flags.from === undefined ? undefined : await openRun(resolve(io.cwd, flags.from))
  const title = recipe.title ?? basename(out)
  io.err(`${title}: ${describeData(data)}\nbackend ${backend.name} (${backend.device}), folder ${out}\n`)
  mkdirSync(dir, { recursive: true })

  const {
    log = 50,
    sample = Math.max(1, Math.floor(recipe.steps / 10)),
    checkpoint = 1000,
  } = recipe.every ?? {}
  const real = await realPoints(data)
  const run = await trainInFolder({
    ...parts,
    dir,
    title,
    data,
    steps: recipe.steps,
    batch: recipe.batch,
    engine,
    notes,
    device: `${backend.device} (${backend.library}, ${backend.threads} thread${backend.threads === 1 ? '' : 's'})`,
    ...(flags.resume ? {} : { seed: recipe.seed ?? 0 }),
    recipe,
    resume: flags.resume === true,
    every: { log, sample: sampler && canPicture(data.shape) ? sample : 0, checkpoint },
    loggers: [
      consoleLogger({ output: { write: io.err, isTTY: io.terminal, columns: process.stderr.columns } }),
    ],
    signal: io.signal,
    ...(startFrom
      ? {
          start: fresh => {
            const { state, copied, left } = warmStart(fresh, startFrom.snapshot)
            io.err(`weights of ${flags.from}: ${copied.length} taken, ${left.length} left as they were\n`)
            return state
          },
        }
      : {}),
    extras: state => ({ [STANDING]: trainedOf(recipe, registry, facts, state)?.memory ?? {} }),
    onSample: async state => {
      const trained = trainedOf(recipe, registry, facts, state)
      if (!trained) return []
      const { n, columns } = layoutOf(data.shape, trained.classes)
      const rows = await hostSamples(trained, { n, seed: recipe.seed ?? 0 })
      release(trained.memory)
      return [
        { name: 'samples', png: picture(rows, { range: facts.range, columns, ...(real ? { real } : {}) }) },
      ]
    },
  })
  if (run.stopped) {
    release(tensorsOf(run.state))
    io.err(
      `stopped and saved at step ${run.state.step}; continue with: equilibria train --resume --out ${out}\n`,
    )
    return exitCode.interrupted
  }
  const trained = trainedOf(recipe, registry, facts, run.state)
  const tables = trained ? await evaluateTrained(trained, recipe, { registry, data }) : []
  release(trained?.memory ?? {})
  release(tensorsOf(run.state))
  io.out(tables.map(tableText).join('\n'))
  await reportRun(dir, {
    title,
    subtitle: describeData(data),
    facts: { Engine: run.engine, Backend: `${backend.name} (${backend.library})` },
    tables,
  })
  io.out(
    [
      `run        ${out}`,
      `report     ${join(out, 'report.html')}`,
      // A short run ends before its first picture.
      ...(existsSync(join(dir, 'samples')) ? [`pictures   ${join(out, 'samples')}`] : []),
      `checkpoint ${join(out, 'checkpoints')}`,
      `log        ${join(out, 'log.jsonl')}`,
      '',
    ].join('\n'),
  )
  return exitCode.ok
}
