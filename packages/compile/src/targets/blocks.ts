import type { InferenceSession, InferenceSessionFactory, Tensor, TensorConstructor } from 'onnxruntime-common'
import { encode } from '../onnx/encode.ts'

/** A build of ONNX Runtime. */
interface Runtime {
  readonly InferenceSession: InferenceSessionFactory
  readonly Tensor: TensorConstructor
}

/** As many channels as blocks may have. */
const MOST = 64

/**
 * How many channels a block has in the layout that the runtime's convolutions read on this processor; `undefined` where it has none. It
 * says so nowhere, so that two pixels are rearranged here: the second pixel's first channel comes after the first pixel's block.
 */
export async function blockOf(
  { InferenceSession, Tensor }: Runtime,
  options: InferenceSession.SessionOptions,
): Promise<number | undefined> {
  const shape = [1, 1, 2, MOST]
  const model = encode({
    nodes: [
      {
        op: 'com.microsoft.nchwc:ReorderInput',
        inputs: ['x'],
        outputs: ['y'],
        attributes: { channels_last: 1 },
      },
    ],
    initializers: [],
    inputs: [{ name: 'x', shape, type: 'float32' }],
    outputs: [{ name: 'y', shape: [1, MOST, 1, 2], type: 'float32' }],
  })
  const session = await InferenceSession.create(model, { ...options, logSeverityLevel: 4 }).catch(
    () => undefined,
  )
  if (!session) return undefined
  const pixels = Float32Array.from({ length: 2 * MOST }, (_, i) => i)
  const { y } = (await session.run({ x: new Tensor('float32', pixels, shape) })) as { y: Tensor }
  await session.release()
  const found = (y.data as Float32Array).indexOf(MOST)
  return found > 1 && found < MOST ? found : undefined
}
