import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Writes a file that must not exist yet and waits until it is on the disk. */
export async function writeDurably(path: string, data: Uint8Array | string): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(data)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Waits until a folder's entries (new files, renames) are on the disk. Where folders cannot be synced it does nothing. */
export async function syncFolder(path: string): Promise<void> {
  let folder: FileHandle | undefined
  try {
    folder = await open(path, 'r')
    await folder.sync()
  } catch (e) {
    // Windows opens no folders; some network file systems sync none.
    const { code } = e as NodeJS.ErrnoException
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP'].includes(code ?? '')) throw e
  } finally {
    await folder?.close()
  }
}

/** Puts new contents at `path` all at once: readers see the old file or the new one, whatever happens. */
export async function replaceFile(path: string, data: Uint8Array | string): Promise<void> {
  const temporary = join(dirname(path), `.tmp-${basename(path)}`)
  await rm(temporary, { force: true })
  await writeDurably(temporary, data)
  await rename(temporary, path)
}
