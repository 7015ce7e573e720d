const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const

/**
 * Runs `work` with a signal that the first Ctrl-C (SIGINT) or SIGTERM aborts: training then saves and returns. A second one ends
 * the process at once, with the exit code a shell gives that signal. Handlers are removed when `work` is over.
 */
export async function withInterrupt<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { onInterrupt }: { readonly onInterrupt?: (name: string) => void } = {},
): Promise<T> {
  const controller = new AbortController()
  const handle = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) return process.exit(128 + SIGNALS[name as keyof typeof SIGNALS])
    controller.abort(name)
    onInterrupt?.(name)
  }
  for (const name of Object.keys(SIGNALS)) process.on(name, handle)
  try {
    return await work(controller.signal)
  } finally {
    for (const name of Object.keys(SIGNALS)) process.off(name, handle)
  }
}
