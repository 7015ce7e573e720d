import type { InferenceSession, InferenceSessionFactory } from 'onnxruntime-common'
import { smallest } from './smallest.ts'

/** The sessions that showed a provider, by library and provider: with its last session a GPU loses its device and all programs compiled for it. */
const shown = new Map<string, InferenceSession>()

/**
 * Throws in words where `library` cannot have an operator run by the provider in `options`. The runtime itself gives operators of a
 * missing provider to the processor without a word, or fails at the first model.
 */
export async function needProvider(
  { InferenceSession }: { readonly InferenceSession: InferenceSessionFactory },
  options: InferenceSession.SessionOptions,
  library: string,
): Promise<void> {
  const alone = {
    ...options,
    logSeverityLevel: 4,
    extra: { session: { disable_cpu_ep_fallback: '1' } },
  } as const
  const provider = options.executionProviders![0] as string
  const name = `${library} ${provider}`
  if (shown.has(name)) return
  const session = await InferenceSession.create(smallest(), alone).catch((cause: unknown) => {
    throw new Error(
      `${library}: provider "${provider}" is not there (${reasonOf(cause)}): use another provider or engine`,
      { cause },
    )
  })
  shown.set(name, session)
}

/** Lets go of a provider whose device is of no more use; the next that needs it gets a new one. */
export function forgetProvider(provider: string, library: string): void {
  const name = `${library} ${provider}`
  const session = shown.get(name)
  shown.delete(name)
  // It may fail together with its device, which is gone either way.
  void session?.release().catch(() => {})
}

/** What the runtime says without the place in its sources. */
const reasonOf = (cause: unknown) => {
  const [line = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n')
  return line.replace(/^.* was false\. /, '').replace(/\.$/, '')
}
