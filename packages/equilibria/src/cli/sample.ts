import { existsSync, statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, extname, join, relative, resolve } from 'node:path'
import { useBackend } from '@equilibria/backends'
import type { Registry } from '@equilibria/core'
import { replaceFile } from '@equilibria/trainers/node'
import { openRun, type RunFolder, runPaths } from '../node/run-folder.ts'
import { canPicture, type HostRows, layoutOf, picture } from '../pictures/picture.ts'
import type { Recipe } from '../recipe.ts'
import { eachSample, type Trained } from '../sample.ts'
import { releaseTrained, restoreTrained } from '../trained.ts'
import { exitCode, type Io } from './io.ts'
import { commandRegistry } from './options.ts'

interface SampleFlags {
  readonly n: number
  readonly seed: number
  readonly first: number
  readonly class?: number
  readonly grid?: boolean
  readonly out?: string
  readonly backend: string
  readonly plugin?: readonly string[]
}

/** A run whose generator is ready to sample. */
export interface OpenedRun extends RunFolder {
  readonly registry: Registry
  readonly facts: NonNullable<Recipe['facts']>
  readonly trained: Trained
}

/** A run opened for sampling. Throws on a recipe that does not say what its data was. */
export async function openTrained(
  dir: string,
  { backend, plugin = [] }: Pick<SampleFlags, 'backend' | 'plugin'>,
  io: Io,
): Promise<OpenedRun> {
  const run = await openRun(resolve(io.cwd, dir))
  for (const note of run.notes) io.err(`note: ${note}\n`)
  const { facts } = run.recipe
  if (!facts)
    throw new Error(
      `the recipe in ${dir} does not say what its data was ("facts"): train it with this version`,
    )
  const registry = await commandRegistry(plugin, io.cwd)
  await useBackend(backend)
  return { ...run, registry, facts, trained: restoreTrained(run.recipe, registry, facts, run.snapshot) }
}

/** All samples as host numbers. */
export async function hostSamples(
  trained: Trained,
  which: Parameters<typeof eachSample>[1],
): Promise<HostRows> {
  let data = new Float32Array(0)
  let row: number[] = []
  await eachSample(trained, which, async (chunk, done) => {
    row = chunk.shape.slice(1)
    const size = chunk.size / chunk.shape[0]!
    if (data.length === 0) data = new Float32Array(which.n * size)
    data.set((await chunk.data()) as Float32Array, done * size)
  })
  return { data, shape: [which.n, ...row] }
}

/** `equilibria sample <run>`: samples as pictures (one each, or a grid), or as a table of numbers. */
export async function sampleCommand(dir: string, flags: SampleFlags, io: Io): Promise<number> {
  const { trained, facts, recipe } = await openTrained(dir, flags, io)
  const { n, seed, first, grid } = flags
  const drawable = canPicture(facts.shape)
  if (grid && !drawable)
    throw new Error(
      `--grid: rows of shape [${facts.shape}] are no pictures; leave --grid out to get a table of numbers`,
    )
  const rows = await hostSamples(trained, { n, seed, first, label: flags.class })
  const { classes } = trained
  releaseTrained(trained)
  const name = `samples-seed${seed}${first > 0 ? `-from${first}` : ''}${flags.class === undefined ? '' : `-class${flags.class}`}`
  const base = join(dir, runPaths('').samples)
  const write = async (file: string, content: string | Uint8Array) => {
    const path = resolve(io.cwd, file)
    await mkdir(dirname(path), { recursive: true })
    await replaceFile(path, content)
    return file
  }
  const single = (extension: string) => {
    const file = flags.out ?? join(base, `${name}${extension}`)
    if (isFolder(resolve(io.cwd, file))) return join(file, `${name}${extension}`)
    if (extname(file) !== extension)
      throw new Error(`--out ${file}: this writes one ${extension} file; name it so`)
    return file
  }
  if (grid) {
    const columns = flags.class === undefined ? layoutOf(facts.shape, classes).columns : undefined
    io.out(`${await write(single('.png'), picture(rows, { range: facts.range, columns }))}\n`)
    return exitCode.ok
  }
  if (facts.shape.length !== 3 || !drawable) {
    const width = rows.data.length / n
    const lines = Array.from({ length: n }, (_, i) =>
      rows.data.subarray(i * width, (i + 1) * width).join(','),
    )
    io.out(`${await write(single('.csv'), `${lines.join('\n')}\n`)}\n`)
    return exitCode.ok
  }
  const folder = flags.out ?? join(base, name)
  if (existsSync(resolve(io.cwd, folder)) && !isFolder(resolve(io.cwd, folder)))
    throw new Error(`--out ${folder} is a file: give a folder for ${n} pictures, or add --grid for one`)
  const size = rows.data.length / n
  for (let i = 0; i < n; i++) {
    const one = { data: rows.data.subarray(i * size, (i + 1) * size), shape: [1, ...facts.shape] }
    await write(join(folder, `${String(first + i).padStart(6, '0')}.png`), picture(one, { columns: 1 }))
  }
  io.out(
    `${n} pictures of ${recipe.title ?? 'the run'} in ${relative(io.cwd, resolve(io.cwd, folder)) || '.'}\n`,
  )
  return exitCode.ok
}

const isFolder = (path: string) => existsSync(path) && statSync(path).isDirectory()
