import { isRecord, type Key } from '@equilibria/core'
import { type About, CheckpointError, type Found, type Snapshot } from './checkpoint.ts'
import { decodeSafetensors, duplicateKey, encodeSafetensors, type NamedTensors } from './safetensors.ts'

/**
 * A checkpoint as files, wherever folders are kept: `checkpoint.json` and one safetensors file for each branch of the state that
 * holds tensors. The json names the files with their sizes and SHA-256 sums, and ends with the sum of itself.
 */
const FORMAT = 'equilibria-checkpoint'
const VERSION = 1
/** The file that makes a folder a checkpoint; written last. */
export const MANIFEST = 'checkpoint.json'
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

/** A file of a checkpoint: its name and its content. */
export type CheckpointFile = readonly [name: string, content: Uint8Array<ArrayBuffer>]

const utf8 = (text: string) => new TextEncoder().encode(text)

const sha256 = async (data: Uint8Array<ArrayBuffer>): Promise<string> => {
  const sum = new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', data))
  return Array.from(sum, byte => byte.toString(16).padStart(2, '0')).join('')
}

/** The files of a snapshot one after the other, the manifest last: a folder that has it is whole. `version` is this package's. */
export async function* encodeCheckpoint(
  { step, key, tensors, about }: Snapshot,
  version: string,
): AsyncGenerator<CheckpointFile> {
  const files: Record<string, { bytes: number; sha256: string }> = {}
  for (const [branch, named] of Object.entries(tensors)) {
    if (!BRANCH.test(branch))
      throw new Error(`a checkpoint's branch is a lower-case word, got "${branch}": rename the extra tensors`)
    if (named.size === 0) continue
    const bytes = encodeSafetensors(named)
    const name = `${branch}.safetensors`
    files[name] = { bytes: bytes.length, sha256: await sha256(bytes) }
    yield [name, bytes]
  }
  const manifest: Manifest = {
    format: FORMAT,
    version: VERSION,
    package: `@equilibria/trainers ${version}`,
    step,
    key,
    ...about,
    files,
  }
  const plain = JSON.parse(JSON.stringify(manifest)) as Manifest
  const signed = { ...plain, sha256: await sha256(utf8(JSON.stringify(plain))) }
  yield [MANIFEST, utf8(`${JSON.stringify(signed, null, 2)}\n`)]
}

/** A fault of the checkpoint that is being read, in words that begin with the file's name. */
export type Fault = (what: string, cause?: unknown) => CheckpointError

/** Reads a file of the folder, `limit` bytes at most; throws a `fault` where it is missing, longer or no plain file. */
export type ReadFile = (file: string, limit: number, fault: Fault) => Promise<Uint8Array<ArrayBuffer>>

/**
 * The snapshot in a folder's files, checked. Nothing in them is executed, and no file outside the folder is named. `folder` is
 * for messages. Throws a `CheckpointError`: `corrupt` if anything is missing, altered or does not fit, `newer` if a later
 * version of this package wrote it.
 */
export async function decodeCheckpoint(folder: string, read: ReadFile): Promise<Snapshot> {
  const corrupt: Fault = (what, cause) =>
    new CheckpointError(
      'corrupt',
      `the checkpoint ${folder} cannot be used: ${what}. Delete this folder to continue from the checkpoint before it, or restore it from a copy.`,
      { cause },
    )
  const text = new TextDecoder().decode(await read(MANIFEST, MAX_MANIFEST, corrupt))
  const manifest = await parseManifest(text, folder, corrupt)
  const tensors: Record<string, NamedTensors> = {}
  for (const [file, { bytes: size, sha256: sum }] of Object.entries(manifest.files)) {
    const bytes = await read(file, size, corrupt)
    if (bytes.length !== size)
      throw corrupt(`${file} has ${bytes.length} bytes where ${size} were written, so it is truncated`)
    if ((await sha256(bytes)) !== sum)
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

const isCount = (v: unknown): v is number => Number.isSafeInteger(v) && (v as number) >= 0
const isWord = (v: unknown): v is number => isCount(v) && v < 2 ** 32

const parseManifest = async (text: string, folder: string, corrupt: Fault): Promise<Manifest> => {
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
  if (typeof sum !== 'string' || (await sha256(utf8(JSON.stringify(manifest)))) !== sum)
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

/** Throws unless a store is to keep at least one checkpoint. */
export function checkKeep(store: string, keep: number): void {
  if (!Number.isSafeInteger(keep) || keep < 1)
    throw new Error(`${store}: keep must be a whole number >= 1, got ${keep}`)
}

/** A checkpoint's folder in its store: `step-00001000`. */
export const folderName = (step: number): string => `step-${String(step).padStart(8, '0')}`

/** The checkpoints among the names in a store, newest first. */
export const checkpointsAmong = (names: readonly string[]): { step: number; name: string }[] =>
  names
    .flatMap(name => {
      const [, digits] = /^step-(\d{8,15})$/.exec(name) ?? []
      return digits === undefined ? [] : [{ step: Number(digits), name }]
    })
    .sort((a, b) => b.step - a.step)

/** What to remove once `step` is saved: what a run that went back has given up, and all but the newest `keep`. */
export const outdated = <C extends { readonly step: number }>(
  checkpoints: readonly C[],
  step: number,
  keep: number,
): C[] => [
  ...checkpoints.filter(c => c.step > step),
  ...checkpoints.filter(c => c.step < step).slice(keep - 1),
]

/**
 * The first of these folders that can be read, with notes on those that are damaged. Throws a `CheckpointError` if all are.
 */
export async function newestSound(
  place: string,
  folders: readonly string[],
  read: (folder: string) => Promise<Snapshot>,
): Promise<Found | undefined> {
  const notes: string[] = []
  let first: CheckpointError | undefined
  for (const folder of folders)
    try {
      return { snapshot: await read(folder), notes }
    } catch (e) {
      if (!(e instanceof CheckpointError) || e.fault !== 'corrupt') throw e
      first ??= e
      notes.push(`falling back to an earlier checkpoint: ${e.message}`)
    }
  if (!first) return undefined
  throw new CheckpointError(
    'corrupt',
    `none of the checkpoints in ${place} can be used. The newest: ${first.message} To begin afresh, train in another folder.`,
    { cause: first },
  )
}
