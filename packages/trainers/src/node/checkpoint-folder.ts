import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { lstat, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isRecord, type Key } from '@equilibria/core'
import { type About, CheckpointError, type Snapshot } from '../checkpoint.ts'
import { decodeSafetensors, duplicateKey, encodeSafetensors, type NamedTensors } from '../safetensors.ts'
import { syncFolder, writeDurably } from './durable.ts'

/**
 * One checkpoint is one folder: `checkpoint.json` and one safetensors file for each branch of the state that holds tensors. The
 * json names the files with their sizes and SHA-256 sums, and ends with the sum of itself.
 */
const FORMAT = 'equilibria-checkpoint'
const VERSION = 1
const MANIFEST = 'checkpoint.json'
const MAX_MANIFEST = 16 * 2 ** 20
/** Names are words, so that no file outside the folder can be named. */
const BRANCH = /^[a-z][a-z0-9-]{0,63}$/

interface Manifest extends About {
  readonly format: typeof FORMAT
  readonly version: number
  readonly package: string
  readonly step: number
  readonly key: Key
  readonly files: { readonly [file: string]: { readonly bytes: number; readonly sha256: string } }
}

const sha256 = (data: Uint8Array | string) => createHash('sha256').update(data).digest('hex')

const packageVersion = (): string => {
  try {
    const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
    return String((JSON.parse(text) as { version?: unknown }).version)
  } catch {
    return 'unknown' // Bundled into something else.
  }
}

/** Writes a snapshot into a new folder and waits until all of it is on the disk. */
export async function writeCheckpoint(
  folder: string,
  { step, key, tensors, about }: Snapshot,
): Promise<void> {
  await mkdir(folder)
  const files: Record<string, { bytes: number; sha256: string }> = {}
  for (const [branch, named] of Object.entries(tensors)) {
    if (!BRANCH.test(branch))
      throw new Error(`a checkpoint's branch is a lower-case word, got "${branch}": rename the extra tensors`)
    if (named.size === 0) continue
    const bytes = encodeSafetensors(named)
    files[`${branch}.safetensors`] = { bytes: bytes.length, sha256: sha256(bytes) }
    await writeDurably(join(folder, `${branch}.safetensors`), bytes)
  }
  const manifest: Manifest = {
    format: FORMAT,
    version: VERSION,
    package: `@equilibria/trainers ${packageVersion()}`,
    step,
    key,
    ...about,
    files,
  }
  const plain = JSON.parse(JSON.stringify(manifest)) as Manifest
  const signed = { ...plain, sha256: sha256(JSON.stringify(plain)) }
  await writeDurably(join(folder, MANIFEST), `${JSON.stringify(signed, null, 2)}\n`)
  await syncFolder(folder)
}

/**
 * Reads and checks one checkpoint folder. Nothing in it is executed, and no file outside it is touched.
 * Throws a `CheckpointError`: `corrupt` if anything is missing, altered or does not fit, `newer` if a later version of this package
 * wrote it.
 */
export async function readCheckpoint(folder: string): Promise<Snapshot> {
  const corrupt = (what: string, cause?: unknown) =>
    new CheckpointError(
      'corrupt',
      `the checkpoint ${folder} cannot be used: ${what}. Delete this folder to continue from the checkpoint before it, or restore it from a copy.`,
      { cause },
    )
  const text = (await readPlainFile(folder, MANIFEST, MAX_MANIFEST, corrupt)).toString('utf8')
  const manifest = parseManifest(text, folder, corrupt)
  const tensors: Record<string, NamedTensors> = {}
  for (const [file, { bytes: size, sha256: sum }] of Object.entries(manifest.files)) {
    const bytes = await readPlainFile(folder, file, size, corrupt)
    if (bytes.length !== size)
      throw corrupt(`${file} has ${bytes.length} bytes where ${size} were written, so it is truncated`)
    if (sha256(bytes) !== sum)
      throw corrupt(`${file} was altered since it was written (its SHA-256 sum differs)`)
    try {
      tensors[file.slice(0, -'.safetensors'.length)] = decodeSafetensors(bytes)
    } catch (e) {
      throw corrupt(`${file}: ${e instanceof Error ? e.message : e}`, e)
    }
  }
  const { step, key, backend, engine, batch, seconds, recipe, saved } = manifest
  return { step, key, tensors, about: { backend, engine, batch, seconds, recipe, saved } }
}

type Fault = (what: string, cause?: unknown) => CheckpointError

const readPlainFile = async (folder: string, file: string, limit: number, corrupt: Fault) => {
  const path = join(folder, file)
  try {
    const info = await lstat(path)
    // A link or a pipe was not written by us, and a pipe would be waited for.
    if (!info.isFile()) throw corrupt(`${file} is not a plain file`)
    if (info.size > limit) throw corrupt(`${file} has ${info.size} bytes where at most ${limit} are expected`)
    return await readFile(path)
  } catch (e) {
    if (e instanceof CheckpointError) throw e
    const { code } = e as NodeJS.ErrnoException
    throw corrupt(code === 'ENOENT' ? `${file} is missing` : `${file} cannot be read (${code})`, e)
  }
}

const isCount = (v: unknown): v is number => Number.isSafeInteger(v) && (v as number) >= 0
const isWord = (v: unknown): v is number => isCount(v) && v < 2 ** 32

const parseManifest = (text: string, folder: string, corrupt: Fault): Manifest => {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (e) {
    throw corrupt(text.trim() === '' ? `${MANIFEST} is empty` : `${MANIFEST} is not JSON`, e)
  }
  if (!isRecord(parsed) || parsed.format !== FORMAT)
    throw corrupt(`${MANIFEST} does not describe an Equilibria checkpoint`)
  const { sha256: sum, ...manifest } = parsed
  // Before the sum, which a later version may form differently.
  if (isCount(manifest.version) && manifest.version > VERSION)
    throw new CheckpointError(
      'newer',
      `the checkpoint ${folder} has version ${manifest.version} of the format and this package knows versions up to ${VERSION}: it was written by ${JSON.stringify(manifest.package)}. Update @equilibria/trainers to continue it.`,
    )
  if (manifest.version !== VERSION)
    throw corrupt(`${MANIFEST} has the version ${JSON.stringify(manifest.version)}, expected ${VERSION}`)
  const twice = duplicateKey(text)
  if (twice !== undefined) throw corrupt(`${MANIFEST} names "${twice}" twice`)
  if (typeof sum !== 'string' || sha256(JSON.stringify(manifest)) !== sum)
    throw corrupt(`${MANIFEST} was altered since it was written (its SHA-256 sum differs)`)
  const { step, key, files, backend, engine, batch, seconds, saved } = manifest
  const sound =
    isCount(step) &&
    Array.isArray(key) &&
    key.length === 2 &&
    key.every(isWord) &&
    typeof backend === 'string' &&
    typeof engine === 'string' &&
    isCount(batch) &&
    typeof seconds === 'number' &&
    typeof saved === 'string' &&
    isRecord(files)
  if (!sound) throw corrupt(`${MANIFEST} lacks step, key, files or what it was trained on`)
  for (const [file, info] of Object.entries(files)) {
    const [, branch] = /^(.*)\.safetensors$/.exec(file) ?? []
    if (branch === undefined || !BRANCH.test(branch))
      throw corrupt(
        `${MANIFEST} names a file ${JSON.stringify(file)}, where only words ending in .safetensors are allowed`,
      )
    if (!isRecord(info) || !isCount(info.bytes) || typeof info.sha256 !== 'string')
      throw corrupt(`${MANIFEST} gives no size and sum for ${file}`)
  }
  return manifest as unknown as Manifest
}
