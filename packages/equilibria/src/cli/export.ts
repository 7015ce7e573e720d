import { createHash } from 'node:crypto'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { FixedBatch, toOnnx, toTfjs, Unlowered } from '@equilibria/compile'
import { unknownName } from '@equilibria/core'
import { replaceFile } from '@equilibria/trainers/node'
import { type GeneratorMetadata, generatorFunction, generatorMetadata } from '../export/generator.ts'
import { toSafetensors } from '../export/safetensors.ts'
import type { Trained } from '../sample.ts'
import { releaseTrained } from '../trained.ts'
import { exitCode, type Io } from './io.ts'
import { openTrained } from './sample.ts'

interface ExportFlags {
  readonly format: string
  readonly out?: string
  readonly batch?: number
  readonly plugin?: readonly string[]
}

/** What a format is given, and the files that it gives: in the order in which they must come into being. */
type Write = (
  trained: Trained,
  metadata: GeneratorMetadata,
  batch: number | undefined,
) => Promise<readonly (readonly [name: string, content: Uint8Array | string])[]>

/** The files of a tfjs model. */
const MODEL = 'model.json'
const isWeights = (name: string) => /^weights-[0-9a-f]{16}\.bin$/.test(name)

const writers: { readonly [format: string]: Write } = {
  onnx: async (trained, metadata, batch) => [
    ['generator.onnx', await toOnnx(generatorFunction(trained), { batch, metadata })],
  ],
  safetensors: async (trained, metadata) => [
    ['generator.safetensors', await toSafetensors(trained, metadata)],
  ],
  tfjs: async (trained, metadata, batch) => {
    const { model, weights } = await toTfjs(generatorFunction(trained), { batch, metadata })
    // Weights go by what they are, so that model.json, which is replaced all at once, always names its own.
    const name = `weights-${createHash('sha256').update(weights).digest('hex').slice(0, 16)}.bin`
    const [group] = model.weightsManifest
    return [
      [name, weights],
      [MODEL, JSON.stringify({ ...model, weightsManifest: [{ ...group, paths: [name] }] })],
    ]
  },
}

/** Names that `--format` takes. */
export const exportFormats: readonly string[] = Object.keys(writers)

const isFolder = (path: string) => existsSync(path) && statSync(path).isDirectory()

/** Where to write: a folder for tfjs, else a file with the format's extension, or a folder for it. Throws on what cannot be meant. */
function placeFor(format: string, dir: string, out: string | undefined, cwd: string): string {
  if (format === 'tfjs') {
    const folder = out ?? join(dir, 'export', 'tfjs')
    const path = resolve(cwd, folder)
    if (existsSync(path) && !isFolder(path))
      throw new Error(`--out ${folder} is a file: tfjs models are folders, give the name of one`)
    const others = existsSync(path)
      ? readdirSync(path).filter(name => name !== MODEL && !isWeights(name))
      : []
    if (others.length > 0)
      throw new Error(`--out ${folder} holds other files (${others[0]}): give a folder of its own`)
    return folder
  }
  const extension = `.${format}`
  const file = out ?? join(dir, 'export', `generator${extension}`)
  if (isFolder(resolve(cwd, file))) return join(file, `generator${extension}`)
  if (extname(file) !== extension)
    throw new Error(`--out ${file}: this writes one ${extension} file; name it so`)
  return file
}

/** `equilibria export <run>`: the run's generator as a file for other programs. */
export async function exportCommand(dir: string, flags: ExportFlags, io: Io): Promise<number> {
  const { format, out, batch } = flags
  const write = Object.hasOwn(writers, format) ? writers[format] : undefined
  if (!write) throw new Error(`--format: ${unknownName('format', format, exportFormats)}`)
  if (format === 'safetensors' && batch !== undefined)
    throw new Error(`--batch ${batch}: a safetensors file holds weights and no graph; leave --batch out`)
  const place = placeFor(format, dir, out, io.cwd)
  // Nothing of note is computed: the backend that is always there will do.
  const { trained, recipe, facts, snapshot } = await openTrained(dir, { ...flags, backend: 'cpu' }, io)
  const metadata = generatorMetadata(trained, { ...recipe, facts }, snapshot.step)
  const files = await write(trained, metadata, batch)
    .catch((error: unknown) => {
      if (error instanceof FixedBatch)
        throw new Error(
          `${dir}: this generator cannot be written for any number of rows (${error.message}): say how many with --batch`,
        )
      if (error instanceof Unlowered)
        throw new Error(
          `${dir}: this generator cannot be written as ${format} (kernel ${error.op}): try another of ${exportFormats.join(', ')}`,
        )
      throw error
    })
    .finally(() => releaseTrained(trained))
  const folder = resolve(io.cwd, format === 'tfjs' ? place : dirname(place))
  await mkdir(folder, { recursive: true })
  const names = files.map(([name]) => (format === 'tfjs' ? name : basename(place)))
  for (const [i, [, content]] of files.entries()) await replaceFile(join(folder, names[i]!), content)
  if (format === 'tfjs')
    for (const name of readdirSync(folder))
      if (isWeights(name) && !names.includes(name)) await rm(join(folder, name))
  io.out(`${format === 'tfjs' ? join(place, MODEL) : place}\n`)
  return exitCode.ok
}
