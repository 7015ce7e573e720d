import {
  type BackendValues,
  backend,
  type DataId,
  type DataType,
  engine,
  findBackendFactory,
  getBackend,
  KernelBackend,
  type NamedTensorInfoMap,
  registerBackend,
  registerKernel,
  setBackend,
  type Tensor,
  type TensorInfo,
  tidy,
} from '@tensorflow/tfjs-core'
import { type Attributes, constant, type DType, type Graph, input, type Node, type Values } from './graph.ts'
import { call, coveredKernels, expansions, kernels, type Outline } from './kernels.ts'
import { Untraceable } from './untraceable.ts'

export { Untraceable } from './untraceable.ts'

/** What may be told to `trace`. */
export interface TraceOptions {
  /** Shown the data of each tensor that is made from numbers; may give another node than a constant in its place. */
  readonly onWrite?: (values: Values, shape: readonly number[], dtype: DType) => Node | undefined
}

/** What is under way: options, and the first reason why it cannot succeed. */
interface Trace {
  readonly options: TraceOptions
  failure?: Untraceable
}

const BACKEND = 'equilibria-trace'

/** Nodes by what tfjs takes for their data, and how many tensors share it. */
const data = new Map<DataId, { readonly node: Node; tensors: number }>()
let current: Trace | undefined

/** Gives up, even if the step catches what is thrown. */
function fail(reason: string, options?: ErrorOptions): never {
  const failure = new Untraceable(reason, options)
  if (current) current.failure ??= failure
  throw failure
}

const typed = (dtype: DataType): DType =>
  dtype === 'string' || dtype === 'complex64'
    ? fail(`the step makes a tensor of ${dtype}; only float32, int32 and bool can be traced`)
    : dtype

/** A constant of its own copy of the values. */
function constantOf(values: ArrayLike<number>, shape: readonly number[], dtype: DType): Node {
  const Kind = dtype === 'float32' ? Float32Array : dtype === 'int32' ? Int32Array : Uint8Array
  return constant(new Kind(values), shape, dtype)
}

function hold(node: Node): TensorInfo {
  const dataId = {}
  data.set(dataId, { node, tensors: 1 })
  return { dataId, shape: [...node.shape], dtype: node.dtype }
}

/** The node of a tensor. What the step closes over lives on another backend, is copied, and stays where it is. */
function nodeOf({ dataId, shape, dtype }: TensorInfo): Node {
  const held = data.get(dataId)
  if (held) return held.node
  const home = engine().state.tensorInfo.get(dataId)?.backend
  if (!home) return fail('the step uses a tensor that was disposed of')
  // WebGPU's synchronous reads have been seen to give zeros.
  if (home === engine().findBackend('webgpu'))
    return fail('the step closes over a tensor on webgpu, which cannot be read at once: keep it in the state')
  const known = typed(dtype)
  try {
    return constantOf(engine().readSync(dataId) as unknown as ArrayLike<number>, shape, known)
  } catch (cause) {
    return fail('the step closes over a tensor that its backend cannot read at once: keep it in the state', {
      cause,
    })
  }
}

const reading =
  "the step reads a tensor's values (data, dataSync, array, print, ...), which it has none of while it is traced: decide with tensors (where, masks), or read after the step"

/** tfjs's view of us: a backend that holds nodes where others hold numbers. */
const tracer = (): KernelBackend =>
  Object.assign(new KernelBackend(), {
    write: (values: BackendValues, shape: number[], dtype: DataType): DataId => {
      if (!current) throw new Untraceable('there are no tensors outside of a trace: choose another backend')
      const known = typed(dtype)
      const given = current.options.onWrite?.(values as Values, shape, known)
      return hold(given ?? constantOf(values as Values, [...shape], known)).dataId
    },
    readSync: () => fail(reading),
    read: () => {
      // A promise that is never kept: the trace throws, and no rejection is left for nobody to handle.
      if (!current) return Promise.reject(new Untraceable(reading))
      current.failure ??= new Untraceable(reading)
      return new Promise(() => {})
    },
    disposeData: (dataId: DataId, force = false) => {
      const held = data.get(dataId)
      if (held && !force && --held.tensors > 0) return false
      data.delete(dataId)
      return true
    },
    incRef: (dataId: DataId) => {
      const held = data.get(dataId)
      if (held) held.tensors++
    },
    refCount: (dataId: DataId) => data.get(dataId)?.tensors ?? 0,
    numDataIds: () => data.size,
    memory: () => ({ unreliable: true }),
    floatPrecision: () => 32,
    epsilon: () => 1e-7,
    dispose: () => data.clear(),
  })

/** Records a kernel: the nodes of its outputs. */
function record(op: string, inputs: readonly (Node | undefined)[], attributes: Attributes): readonly Node[] {
  const expansion = expansions[op]
  if (expansion) return expansion.expand(inputs, attributes, call)
  return [call(op, inputs as readonly Node[], attributes)]
}

/** Kernels whose outputs tfjs wants as a list, even if there is one. */
const lists: ReadonlySet<string> = new Set(['SplitV', 'Unpack', 'TopK'])

function register(): void {
  registerBackend(BACKEND, tracer, -1)
  for (const kernelName of coveredKernels()) {
    const names = (expansions[kernelName] ?? kernels[kernelName]!).inputs
    registerKernel({
      kernelName,
      backendName: BACKEND,
      kernelFunc: ({ inputs, attrs = {} }) => {
        if (!current) throw new Untraceable('there are no kernels outside of a trace: choose another backend')
        const named: NamedTensorInfoMap = inputs
        const given = names === 'list' ? Object.values(named) : names.map(name => named[name])
        const nodes = given.map(info => info && nodeOf(info))
        const outputs = record(kernelName, nodes, attrs as Attributes).map(hold)
        return lists.has(kernelName) ? outputs : outputs[0]!
      },
    })
  }
}

/** Disposes of all tensors a failed trace has left, those that the tape had kept among them. */
function sweep(before: ReadonlySet<DataId>): void {
  for (const [dataId, { node, tensors }] of [...data])
    if (!before.has(dataId))
      for (let i = 0; i < tensors; i++) {
        const size = node.shape.reduce((a, b) => a * b, 1)
        engine().disposeTensor({ dataId, dtype: node.dtype, shape: node.shape, size } as unknown as Tensor)
      }
}

/**
 * The graph of tfjs kernels that `f` computes, from tensors of the given outlines. Runs `f` once, on a backend of its own that
 * holds no numbers; the current backend is the current one again afterwards, whatever happens, and no tensors are left. Tensors
 * that `f` closes over are constants, and stay as they are.
 *
 * Throws `Untraceable` if `f` reads values, needs a kernel without a rule, or tensors of strings or complex numbers.
 */
export function trace(
  f: (tensors: Tensor[]) => Tensor[],
  inputs: readonly Outline[],
  options: TraceOptions = {},
): Graph {
  if (current) throw new Error('trace: called within a trace; trace one function after the other')
  // There must be a backend to go back to: if there is none yet tfjs chooses one, or says what is missing.
  backend()
  const home = getBackend()
  if (!findBackendFactory(BACKEND)) register()
  const held = new Set(data.keys())
  const own: Trace = { options }
  setBackend(BACKEND)
  current = own
  try {
    const given = inputs.map(({ shape, dtype }) => input([...shape], dtype))
    const outputs: Node[] = []
    tidy(() => {
      const tensors = given.map(node => engine().makeTensorFromTensorInfo(hold(node)))
      for (const result of f(tensors)) outputs.push(nodeOf(result))
    })
    if (own.failure) throw own.failure
    return { inputs: given, outputs }
  } catch (error) {
    sweep(held)
    if (own.failure) throw own.failure
    const unknown = error instanceof Error && /Kernel '(\w+)' not registered/.exec(error.message)
    throw unknown ? new Untraceable(`kernel ${unknown[1]} has no rule`, { cause: error }) : error
  } finally {
    current = undefined
    setBackend(home)
  }
}
