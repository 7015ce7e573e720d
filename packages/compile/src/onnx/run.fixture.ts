import type { Tensor } from 'onnxruntime-common'
import { type DType, type Graph, sizeOf, type Values } from '../graph.ts'
import type { Model } from '../target.ts'
import { blockOf } from '../targets/blocks.ts'
import { lower } from './lower.ts'

const runtime = await import('onnxruntime-node').catch((error: unknown) => {
  console.error(`onnxruntime-node cannot be loaded, tests of models are skipped: ${error}`)
  return undefined
})

/** Whether models can be run here; tests that need it are skipped where they cannot. */
export const canRun = runtime !== undefined

export interface Result {
  readonly shape: readonly number[]
  readonly dtype: DType
  readonly values: Values
}

/** As targets run them: without the runtime's optimizer. */
const options = { intraOpNumThreads: 1, graphOptimizationLevel: 'disabled', logSeverityLevel: 3 } as const

/** Channels in a block of the runtime's layout on this processor. */
export const blockHere = () => blockOf(runtime!, options)

/** Runs a model on onnxruntime-node with one thread. */
export async function runModel(
  { model, inputs, outputs }: Model,
  given: readonly Result[],
): Promise<Result[]> {
  const session = await runtime!.InferenceSession.create(model, options)
  const feeds = given.map(({ values, shape, dtype }, i): [string, Tensor] => [
    inputs[i]!,
    new runtime!.Tensor(dtype, values as never, shape),
  ])
  const results = await session.run(Object.fromEntries(feeds))
  await session.release()
  return outputs.map(name => {
    const { dims, type, data } = results[name]!
    return { shape: dims, dtype: type as DType, values: data as Values }
  })
}

/** Lowers a graph and runs it. */
export const runGraph = (graph: Graph, given: readonly Result[]): Promise<Result[]> =>
  runModel(lower(graph), given)

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }

/** A tensor from plain numbers. */
export const tensorOf = (
  values: readonly number[],
  shape: readonly number[],
  dtype: DType = 'float32',
): Result => {
  if (values.length !== sizeOf(shape)) throw new Error(`${values.length} values for shape [${shape}]`)
  return { shape, dtype, values: arrays[dtype].from(values) }
}
