import { exitCode } from './io.ts'

// Error types that only a mistake in a program raises; messages meant for users are plain Errors.
const isBug = (e: unknown) =>
  !(e instanceof Error) || e instanceof TypeError || e instanceof ReferenceError || e instanceof RangeError

const systemRemedies: Readonly<Record<string, string>> = {
  ENOENT: 'check the path',
  EACCES: 'check its permissions',
  EPERM: 'check its permissions',
  ENOSPC: 'the disk is full: free some space, then repeat with --resume',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder, a file was expected',
  EROFS: 'the file system is read-only: choose another folder with --out',
}

/** What the user is told about an error, and the exit status. */
export function explain(e: unknown): { message: string; code: number } {
  const { code, path } = (e ?? {}) as { code?: string; path?: string }
  if (e instanceof Error && code !== undefined && code in systemRemedies)
    return {
      message: `error: ${path ?? 'a file'} cannot be used (${code}): ${systemRemedies[code]}`,
      code: exitCode.usage,
    }
  if (e instanceof Error && e.name === 'DivergenceError')
    return { message: `error: ${e.message}`, code: exitCode.diverged }
  // The state of a step at which a device fails is not saved: the checkpoint before it is whole.
  if (e instanceof Error && e.name === 'DeviceFault')
    return {
      message: `error: ${oneParagraph(e.message)}. The last checkpoint is kept: continue from it with --resume, if need be with another --backend or --engine`,
      code: exitCode.usage,
    }
  if (!isBug(e)) return { message: `error: ${oneParagraph((e as Error).message)}`, code: exitCode.usage }
  const detail = e instanceof Error ? (e.stack ?? e.message) : String(e)
  return {
    message: `This is a fault in equilibria or in a plugin, not in what you gave it. Please report it with these lines:\n${detail}`,
    code: exitCode.bug,
  }
}

const oneParagraph = (message: string) => message.trim().replace(/\s*\n\s*/g, ' ')
