import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { NamedBytes } from '../idx.ts'

/** A file's content with its path for messages. Throws with the reason where it cannot be read. */
export async function readBytes(file: string): Promise<NamedBytes> {
  try {
    return { file, bytes: await readFile(file) }
  } catch (cause) {
    throw new Error(`${file}: cannot be read: ${reason(cause)}`, { cause })
  }
}

/** Throws unless `folder` is a folder. */
export async function checkFolder(folder: string): Promise<void> {
  let found: Awaited<ReturnType<typeof stat>>
  try {
    found = await stat(folder)
  } catch (cause) {
    throw new Error(`${folder}: cannot be read: ${reason(cause)}`, { cause })
  }
  if (!found.isDirectory()) throw new Error(`${folder}: expected a folder, this is a file`)
}

/** What a failed file operation means, in words. */
export function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'there is no such file or folder'
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied'
  if (code === 'EISDIR') return 'it is a folder'
  return message
}

/** Whether a file or folder exists. */
export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** The first of several names that exists in a folder. */
export async function firstOf(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) if (await exists(join(folder, name))) return join(folder, name)
  return undefined
}

/** The folder of a dataset under EQUILIBRIA_DATA, if that variable is set and the folder exists. */
export async function dataFolder(name: string): Promise<string | undefined> {
  const root = process.env.EQUILIBRIA_DATA
  return root && (await exists(join(root, name))) ? join(root, name) : undefined
}
