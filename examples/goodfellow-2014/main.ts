/** The experiment of Goodfellow et al. 2014 on MNIST. See `options.ts` for what it takes. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { useBackend } from '@equilibria/backends'
import { useEngine } from '@equilibria/compile/node'
import { type Engine, fold, key, type Latent, type Params, release, tensorsOf } from '@equilibria/core'
import { collected, drawn, type ParzenReport, parzenRows } from '@equilibria/metrics'
import { consoleLogger } from '@equilibria/trainers'
import { replaceFile, trainInFolder, withInterrupt } from '@equilibria/trainers/node'
import { tidy } from '@tensorflow/tfjs-core'
import { BATCH, experimentOf, pixelMeans, type Split, splitOf } from './experiment.ts'
import { centresOf, kMeansCentres, parzenOf, trainingImages } from './judge.ts'
import { type Options, optionsOf, usage } from './options.ts'
import { type Draw, interpolationPicture, samplesPicture } from './pictures.ts'
import { checkFolder, folderOf, type RunRecipe, recipeOf } from './run.ts'
import { caveats, type Row, table1, tableOf } from './table.ts'

const say = (what: string) => void process.stderr.write(`${what}\n`)

const shown = ({ logLikelihood, standardError }: ParzenReport) =>
  `${logLikelihood.toFixed(1)} ± ${standardError.toFixed(1)}`

const bandwidth = (report: ParzenReport) => `bandwidth ${report.bandwidth.toFixed(3)}`

/** What the estimator gives for the data itself and for k-means centres: to be known before it judges anything else. */
async function baselines(split: Split, { seed, rounds }: Options, dir: string): Promise<Row[]> {
  const path = join(dir, `baselines-${split.train.size}-${rounds}-${seed}.json`)
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8'))
  const n = centresOf(split)
  say(`judging ${n} training images`)
  const images = await parzenOf(await trainingImages(split, n, seed), split)
  const k = Math.min(n, Math.floor(split.train.size / 5))
  say(`k-means, ${k} centres`)
  const centres = await kMeansCentres(split, k, {
    rounds,
    seed,
    progress: (round, distance) => say(`  round ${round}: ${distance.toFixed(2)}`),
  })
  const means = await parzenOf(centres, split)
  const rows: Row[] = [
    {
      name: `${n} training images`,
      logLikelihood: shown(images),
      note: `${bandwidth(images)}; literature about 243`,
    },
    {
      name: `${k} k-means centres`,
      logLikelihood: shown(means),
      note: `${bandwidth(means)}, ${rounds} rounds; literature about 313`,
    },
  ]
  await replaceFile(path, JSON.stringify(rows))
  return rows
}

/** As many samples as the estimator takes. */
const samplesOf = (draw: Draw, latent: Latent, n: number, seed: number) =>
  collected(
    drawn(n, 500, (first, count) => tidy(() => draw(latent.draw(fold(key(seed), 'parzen'), count, first)))),
  )

/** Trains until the epochs or the minutes are over. */
async function trained(
  options: Options,
  { split, recipe, dir, engine }: { split: Split; recipe: RunRecipe; dir: string; engine: Engine },
  signal: AbortSignal,
) {
  const { step, latent, draw, epoch } = experimentOf(options, split.train, await pixelMeans(split.train))
  const over = new AbortController()
  const run = await trainInFolder({
    step,
    data: split.train,
    batch: BATCH,
    steps: options.epochs * epoch,
    seed: options.seed,
    engine,
    recipe,
    dir,
    title: 'Goodfellow et al. 2014',
    signal: AbortSignal.any([signal, over.signal]),
    loggers: [
      consoleLogger({ seconds: 30 }),
      { progress: ({ seconds }) => void (seconds >= options.minutes * 60 && over.abort()) },
    ],
    every: { log: 100, checkpoint: 1000, sample: epoch },
    onSample: async state => {
      const { png } = await samplesPicture(z => draw(state.params.generator, z), latent, split.train)
      return [{ name: 'samples', png }]
    },
  })
  return {
    run,
    latent,
    epoch,
    draw: (z: Parameters<Draw>[0]) => draw(run.state.params.generator as Params, z),
  }
}

async function main(options: Options, signal: AbortSignal): Promise<void> {
  await useBackend('auto')
  const { engine } = await useEngine(options.engine, { threads: 1 })
  const split = await splitOf()
  const recipe = recipeOf(options, split)
  const dir = options.out ?? folderOf(recipe)
  await checkFolder(dir, recipe)
  mkdirSync(dir, { recursive: true })
  say(
    `${split.train.size} images to train on, ${split.validation.size} kept out, ${split.test.size} to judge by; folder ${dir}`,
  )
  const before = options.baselines ? await baselines(split, options, dir) : []
  const { run, latent, epoch, draw } = await trained(options, { split, recipe, dir, engine }, signal)
  if (signal.aborted) return say('stopped: run again to go on')
  const samples = await samplesPicture(draw, latent, split.train, { seed: options.seed })
  await replaceFile(join(dir, 'samples.png'), samples.png)
  await replaceFile(
    join(dir, 'interpolation.png'),
    await interpolationPicture(draw, latent, { seed: options.seed }),
  )
  const report = await parzenOf(await samplesOf(draw, latent, parzenRows.samples, options.seed), split)
  const epochs = run.state.step / epoch
  const play = options.play === 'alternating' ? `alternating, k = ${options.k}` : 'simultaneous'
  const rows: Row[] = [
    ...before,
    {
      name: 'this run',
      logLikelihood: shown(report),
      note: `${bandwidth(report)}; ${options.cost}, ${play}, seed ${options.seed}, ${epochs.toFixed(1)} epochs`,
    },
    ...table1,
  ]
  const text = [
    tableOf(rows),
    '',
    caveats,
    `Here ${split.test.size.toLocaleString('en-US')} test images judge, with a window around each of as many samples, images or centres as are named, of the run ${parzenRows.samples.toLocaleString('en-US')} samples;`,
    `the published models were judged by the 10,000 test images of MNIST.`,
    '',
    `${run.state.step.toLocaleString('en-US')} steps of ${BATCH} images in ${(run.seconds / 60).toFixed(1)} minutes on ${run.engine}; ${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.version}; ${new Date().toISOString().slice(0, 10)}.`,
    `Mean distance of the samples in the last column but one to their nearest training images: ${samples.distance.toFixed(2)}.`,
    '',
  ].join('\n')
  await replaceFile(join(dir, 'results.md'), text)
  process.stdout.write(text)
  release(tensorsOf(run.state))
}

try {
  const argv = process.argv.slice(2)
  if (argv.includes('--help')) process.stdout.write(usage)
  else {
    const options = optionsOf(argv)
    await withInterrupt(signal => main(options, signal))
  }
} catch (e) {
  process.stderr.write(`${e instanceof Error ? e.message : String(e)}\n`)
  process.exitCode = 1
}
