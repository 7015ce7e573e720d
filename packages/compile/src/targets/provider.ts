import type { InferenceSession, InferenceSessionFactory } from 'onnxruntime-common'
import { smallest } from './smallest.ts'

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
  const session = await InferenceSession.create(smallest(), alone).catch((cause: unknown) => {
    throw new Error(
      `${library}: provider "${options.executionProviders![0]}" is not there (${reasonOf(cause)}): use another provider or engine`,
      { cause },
    )
  })
  await session.release()
}

/** What the runtime says without the place in its sources. */
const reasonOf = (cause: unknown) => {
  const [line = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n')
  return line.replace(/^.* was false\. /, '').replace(/\.$/, '')
}
