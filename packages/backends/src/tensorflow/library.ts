/**
 * What a kernel of ours needs of tfjs-node's backend: the operations of the TensorFlow library by their own names, on the tensors that
 * the backend holds.
 *
 * @module
 */
import type { KernelBackend, TensorInfo } from '@tensorflow/tfjs-core'
import type { OverlaidKernel } from '../overlay.ts'

/** A tensor of the library, and its handle. */
export interface Held {
  readonly id: number
  readonly shape: readonly number[]
}

/** An attribute of an operation, as the binding takes it. */
export interface Attribute {
  readonly name: string
  readonly type: number
  readonly value: unknown
}

/** The part of tfjs-node's `NodeJSKernelBackend` that kernels use. */
export interface LibraryBackend extends KernelBackend {
  readonly isUsingGpuDevice: boolean
  readonly binding: {
    readonly TF_FLOAT: number
    readonly TF_INT32: number
    readonly TF_ATTR_TYPE: number
    readonly TF_ATTR_BOOL: number
    readonly TF_ATTR_FLOAT: number
    readonly TF_ATTR_STRING: number
    readonly TF_ATTR_SHAPE: number
    createTensor(shape: readonly number[], dtype: number, values: Float32Array | Int32Array): number
    deleteTensor(id: number): void
    executeOp(name: string, attributes: readonly Attribute[], ids: readonly number[], outputs: number): Held[]
  }
  getInputTensorIds(tensors: readonly TensorInfo[]): number[]
  createOutputTensor(held: Held): TensorInfo
  incRef(dataId: object): void
}

/** A kernel's arguments with the attributes' type stated. */
export interface KernelCall<A = unknown> {
  inputs: Record<string, TensorInfo>
  attrs: A
  backend: LibraryBackend
}

/** States the attributes' type of a kernel. */
export const libraryKernel = <A>(
  kernelName: string,
  kernel: (call: KernelCall<A>, stock: () => TensorInfo) => TensorInfo | TensorInfo[],
): OverlaidKernel => ({ kernelName, kernel })

/** What an operation takes: a tensor of the backend, or what another operation made. */
export type Operand = TensorInfo | Held

/** What an attribute may be: a number stands for a float. */
type Value = boolean | number | string | Omit<Attribute, 'name'>

/** The library's operations within one kernel. */
export interface Library {
  /** Runs an operation on float32 tensors. What it makes lives as long as the kernel runs, unless the kernel answers it. */
  run(
    name: string,
    operands: readonly Operand[],
    attributes?: Record<string, Value>,
    outputs?: number,
  ): Held[]
  /** A float32 scalar. */
  scalar(value: number): Held
  /** A float32 vector. */
  floats(values: readonly number[]): Held
  /** An int32 vector: axes, a shape. */
  integers(values: readonly number[]): Held
  /** As an attribute: float32. */
  readonly float: Omit<Attribute, 'name'>
}

/** The same data once more. */
export function shared(backend: LibraryBackend, x: TensorInfo): TensorInfo {
  backend.incRef(x.dataId)
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype }
}

/** Runs `f` with the library's operations: a kernel, whose outputs are what `f` answers. Everything else that was made is released. */
export function withLibrary(backend: LibraryBackend, f: (library: Library) => readonly Held[]): TensorInfo[] {
  const { binding } = backend
  const made = new Set<Held>()
  const note = (held: Held) => {
    made.add(held)
    return held
  }
  const typed = (value: Value): Omit<Attribute, 'name'> => {
    if (typeof value === 'boolean') return { type: binding.TF_ATTR_BOOL, value }
    if (typeof value === 'number') return { type: binding.TF_ATTR_FLOAT, value }
    if (typeof value === 'string') return { type: binding.TF_ATTR_STRING, value }
    return value
  }
  const handle = (operand: Operand) =>
    'dataId' in operand ? backend.getInputTensorIds([operand])[0]! : operand.id
  const float = { type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }
  const create = (shape: readonly number[], dtype: number, values: Float32Array | Int32Array) =>
    note({ id: binding.createTensor(shape, dtype, values), shape })
  try {
    const answer = f({
      float,
      run: (name, operands, attributes = { T: float }, outputs = 1) =>
        binding
          .executeOp(
            name,
            Object.entries(attributes).map(([key, value]) => ({ name: key, ...typed(value) })),
            operands.map(handle),
            outputs,
          )
          .map(note),
      scalar: value => create([], binding.TF_FLOAT, Float32Array.of(value)),
      floats: values => create([values.length], binding.TF_FLOAT, Float32Array.from(values)),
      integers: values => create([values.length], binding.TF_INT32, Int32Array.from(values)),
    })
    for (const held of answer) made.delete(held)
    return answer.map(held => backend.createOutputTensor(held))
  } finally {
    for (const { id } of made) binding.deleteTensor(id)
  }
}
