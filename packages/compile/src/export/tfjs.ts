import type { Initializer } from '../onnx/encode.ts'
import { type ExportOptions, modelOf } from './model-of.ts'
import type { Counting } from './open.ts'
import type { RowFunction } from './row-function.ts'
import { type GraphModel, graphModel } from './tfjs/graph-model.ts'
import { lowerings } from './tfjs/lowerings.ts'

const ints = (name: string, values: readonly number[]): Initializer => ({
  name,
  shape: [values.length],
  type: 'int32',
  data: Int32Array.from(values),
})

const counting: Counting = {
  ints,
  shape: ({ input, slopes, offsets, shape }) => ({
    nodes: [
      { op: 'Shape', inputs: [input], outputs: ['rows/shape'], attributes: {} },
      { op: 'Slice', inputs: ['rows/shape', 'rows/first', 'rows/one'], outputs: ['rows'], attributes: {} },
      { op: 'Mul', inputs: ['rows', slopes], outputs: [`${shape}/product`], attributes: {} },
      { op: 'AddV2', inputs: [`${shape}/product`, offsets], outputs: [shape], attributes: {} },
    ],
    initializers: [ints('rows/first', [0]), ints('rows/one', [1])],
  }),
}

/** Options of `toTfjs`. */
export interface TfjsOptions extends ExportOptions {
  /** Name of the file of weights beside model.json (default `weights.bin`). */
  readonly weightsFile?: string
}

/**
 * A function of rows as a graph model of tfjs, for `loadGraphModel` of @tensorflow/tfjs-converter. The current backend computes
 * what depends on weights alone. Throws as `modelOf`.
 */
export async function toTfjs(
  f: RowFunction,
  { batch, metadata = {}, weightsFile = 'weights.bin' }: TfjsOptions = {},
): Promise<GraphModel> {
  return graphModel(await modelOf(f, batch, lowerings, counting), { metadata, weightsFile })
}
