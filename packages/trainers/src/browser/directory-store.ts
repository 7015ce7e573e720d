import { CheckpointError, type CheckpointStore, type Snapshot } from '../checkpoint.ts'
import {
  checkKeep,
  checkpointsAmong,
  decodeCheckpoint,
  encodeCheckpoint,
  folderName,
  MANIFEST,
  newestSound,
  outdated,
  type ReadFile,
} from '../checkpoint-files.ts'

/** Options of `directoryStore`. */
export interface DirectoryStoreOptions {
  /** How many checkpoints to keep (default 3): with more than one, a damaged newest costs steps, not the run. */
  readonly keep?: number
  /** What messages call the directory (default: its name). */
  readonly place?: string
}

/**
 * Keeps checkpoints in a directory of the browser's: of the origin private file system (`privateDirectory`), or one the user
 * picked. Folders and files are those of `folderStore`, so a folder copied out of the one is read by the other.
 * Each file is replaced as a whole and the manifest is written last, so a folder that has one is whole, even if the page is closed
 * meanwhile. Saving step s removes checkpoints past s, which a run that went back has given up.
 * Loading falls back to the checkpoint before one that is damaged, and says so.
 */
export function directoryStore(
  directory: FileSystemDirectoryHandle,
  { keep = 3, place = directory.name }: DirectoryStoreOptions = {},
): CheckpointStore {
  checkKeep('directoryStore', keep)

  const remove = (name: string) => directory.removeEntry(name, { recursive: true })

  const names = async () => {
    const found: string[] = []
    for await (const [name, { kind }] of directory.entries()) if (kind === 'directory') found.push(name)
    return found
  }

  /** The whole checkpoints; of a page closed while it saved, a folder without a manifest is left. */
  const list = async () => {
    const all = checkpointsAmong(await names())
    const whole = await Promise.all(all.map(async c => has(await directory.getDirectoryHandle(c.name))))
    return all.filter((_, i) => whole[i])
  }

  return {
    place,
    async save(snapshot) {
      const others = await list()
      const name = folderName(snapshot.step)
      for (const { name: unfinished } of checkpointsAmong(await names()))
        if (unfinished === name || !others.some(c => c.name === unfinished)) await remove(unfinished)
      const folder = await directory.getDirectoryHandle(name, { create: true })
      try {
        for await (const [file, bytes] of encodeCheckpoint(snapshot, 'in a browser'))
          await write(folder, file, bytes)
      } catch (e) {
        await remove(name).catch(() => {}) // Without a manifest it is never read.
        throw e
      }
      for (const c of outdated(others, snapshot.step, keep)) await remove(c.name)
    },
    load: async () =>
      newestSound(
        place,
        (await list()).map(c => c.name),
        async name => read(`${place}/${name}`, await directory.getDirectoryHandle(name)),
      ),
  }
}

const isMissing = (e: unknown) => e instanceof DOMException && e.name === 'NotFoundError'

/** Whether a folder has a manifest. */
const has = async (folder: FileSystemDirectoryHandle): Promise<boolean> => {
  try {
    await folder.getFileHandle(MANIFEST)
    return true
  } catch (e) {
    if (isMissing(e)) return false
    throw e
  }
}

/** Files written this way hold their old content until they are closed. */
async function write(folder: FileSystemDirectoryHandle, name: string, bytes: Uint8Array<ArrayBuffer>) {
  const file = await folder.getFileHandle(name, { create: true })
  const stream = await file.createWritable()
  try {
    await stream.write(bytes)
  } catch (e) {
    await stream.abort().catch(() => {})
    throw e
  }
  await stream.close()
}

const read = (place: string, folder: FileSystemDirectoryHandle): Promise<Snapshot> =>
  decodeCheckpoint(place, readFile(folder))

const readFile =
  (folder: FileSystemDirectoryHandle): ReadFile =>
  async (name, limit, corrupt) => {
    try {
      const file = await (await folder.getFileHandle(name)).getFile()
      if (file.size > limit)
        throw corrupt(`${name} has ${file.size} bytes where at most ${limit} are expected`)
      return new Uint8Array(await file.arrayBuffer())
    } catch (e) {
      if (e instanceof CheckpointError) throw e
      throw corrupt(isMissing(e) ? `${name} is missing` : `${name} cannot be read (${e})`, e)
    }
  }
