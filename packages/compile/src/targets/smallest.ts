import type { Tensor, TensorConstructor } from 'onnxruntime-common'
import { encode } from '../onnx/encode.ts'

/** A model that tries a runtime out: one number, negated. `empty` as in `Device`. */
export const smallest = (empty?: string): Uint8Array => {
  const info = (name: string) => ({ name, shape: [1], type: 'float32' as const })
  return encode({
    nodes: [{ op: 'Neg', inputs: ['x'], outputs: ['y'], attributes: {} }],
    initializers: [],
    inputs: [info('x')],
    outputs: [info('y')],
    empty,
  })
}

/** A tensor of one number. */
export const number = (Tensor: TensorConstructor, x: number): Tensor =>
  new Tensor('float32', Float32Array.of(x), [1])
