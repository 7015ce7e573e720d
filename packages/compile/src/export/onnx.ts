import { encode, type Initializer } from '../onnx/encode.ts'
import { lowerings } from '../onnx/operators/index.ts'
import { type ExportOptions, modelOf } from './model-of.ts'
import type { Counting } from './open.ts'
import type { RowFunction } from './row-function.ts'

const ints = (name: string, values: readonly number[]): Initializer => ({
  name,
  shape: [values.length],
  type: 'int64',
  data: BigInt64Array.from(values, BigInt),
})

const counting: Counting = {
  ints,
  shape: ({ input, slopes, offsets, shape }) => ({
    nodes: [
      { op: 'Shape', inputs: [input], outputs: ['rows'], attributes: { start: 0, end: 1 } },
      { op: 'Mul', inputs: ['rows', slopes], outputs: [`${shape}/product`], attributes: {} },
      { op: 'Add', inputs: [`${shape}/product`, offsets], outputs: [shape], attributes: {} },
    ],
    initializers: [],
  }),
}

/**
 * A function of rows as the bytes of an ONNX file (operator set 21), its first axis named `batch`. The current backend
 * computes what depends on weights alone. Throws as `modelOf`.
 */
export async function toOnnx(
  f: RowFunction,
  { batch, metadata = {} }: ExportOptions = {},
): Promise<Uint8Array> {
  return encode({ ...(await modelOf(f, batch, lowerings, counting)), name: f.output, metadata })
}
