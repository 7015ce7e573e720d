import type { InferenceSession, InferenceSessionFactory, Tensor, TensorConstructor } from 'onnxruntime-common'
import { number, smallest } from './smallest.ts'

// onnxruntime-node writes results into the memory that it is given, and then copies every one of them once more into new memory for
// the object that it returns, which nobody here looks at: a fifth of the step of a small network, garbage collection included. It
// hands results over in the model's order and stops at the first that is no tensor. So models get a sequence without contents as
// their first output, and what is thrown for it is expected.

/** What the first output is called. */
export const empty = 'none'

/** Runs a model that has the empty output first: results are in the tensors given. Rejects with any other fault. */
export async function runInPlace(
  session: InferenceSession,
  feeds: { readonly [name: string]: Tensor },
  fetches: { readonly [name: string]: Tensor },
): Promise<void> {
  try {
    await session.run(feeds, { [empty]: null, ...fetches })
  } catch (e) {
    if (!(e instanceof Error && e.message.startsWith('Non tensor type'))) throw e
  }
}

/** Whether the runtime does as described: tried on one number. */
export async function worksInPlace(
  runtime: { readonly InferenceSession: InferenceSessionFactory; readonly Tensor: TensorConstructor },
  options: InferenceSession.SessionOptions,
): Promise<boolean> {
  try {
    const session = await runtime.InferenceSession.create(smallest(empty), options)
    const [x, y] = [number(runtime.Tensor, 1), number(runtime.Tensor, 0)]
    await runInPlace(session, { x }, { y })
    await session.release()
    return (y.data as Float32Array)[0] === -1
  } catch {
    return false
  }
}
