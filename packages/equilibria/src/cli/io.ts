/** Where the command reads from and writes to: the process, or a test. */
export interface Io {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Folder that relative paths start from. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether a person watches `err`: progress bars are drawn only then. */
  readonly terminal: boolean
  /** Aborted when the run should save and stop. */
  readonly signal: AbortSignal
}

/** What the command's exit status says. */
export const exitCode = {
  ok: 0,
  /** A fault of ours: the message asks for a report. */
  bug: 1,
  /** Something given was wrong: a flag, a recipe, a file, a plugin. Nothing was lost or changed. */
  usage: 2,
  /** Training was stopped because a number was no longer finite; the last good state is kept. */
  diverged: 3,
  /** Ctrl-C: saved and stopped. */
  interrupted: 130,
} as const
