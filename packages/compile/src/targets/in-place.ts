import type { InferenceSession, InferenceSessionFactory, Tensor, TensorConstructor } from 'onnxruntime-common'
import { encode } from '../onnx/encode.ts'

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
  const info = (name: string) => ({ name, shape: [1], type: 'float32' as const })
  const model = encode({
    nodes: [{ op: 'Neg', inputs: ['x'], outputs: ['y'], attributes: {} }],
    initializers: [],
    inputs: [info('x')],
    outputs: [info('y')],
    empty,
  })
  try {
    const session = await runtime.InferenceSession.create(model, options)
    const [x, y] = [1, 0].map(n => new runtime.Tensor('float32', Float32Array.of(n), [1])) as [Tensor, Tensor]
    await runInPlace(session, { x }, { y })
    await session.release()
    return (y.data as Float32Array)[0] === -1
  } catch {
    return false
  }
}
