/**
 * A directory of the origin private file system (OPFS), which a site's pages and workers share and its visitors do not see; made
 * if it is not there. `path` is names separated by `/`.
 * Throws, saying what to do, where there is no such file system or it cannot be written: pages not from https:// or localhost,
 * some private windows, browsers before 2025 that write it in another way.
 */
export async function privateDirectory(path: string): Promise<FileSystemDirectoryHandle> {
  const { storage } = globalThis.navigator ?? {}
  if (typeof storage?.getDirectory !== 'function')
    throw new Error(
      'this page has no origin private file system: open it from https:// or localhost, in a browser that has one',
    )
  if (typeof FileSystemFileHandle.prototype.createWritable !== 'function')
    throw new Error(
      'this browser cannot write files of the origin private file system with createWritable: update it',
    )
  let directory: FileSystemDirectoryHandle
  try {
    directory = await storage.getDirectory()
    for (const name of path.split('/').filter(Boolean))
      directory = await directory.getDirectoryHandle(name, { create: true })
  } catch (cause) {
    throw new Error(
      `the browser does not open its origin private file system (${cause instanceof Error ? cause.message : cause}): private windows and blocked site data forbid it`,
      { cause },
    )
  }
  return directory
}
