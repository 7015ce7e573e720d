import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { compileFunction } from 'node:vm'
import * as core from '@tensorflow/tfjs-core'

/** Name of the double-precision reference backend: `await setBackend(FLOAT64)` after {@link registerFloat64}. */
export const FLOAT64 = 'float64'

type Exports = Record<string, unknown>
type Resolve = (id: string) => unknown

/**
 * Evaluates a published CommonJS bundle with `Float32Array` meaning `Float64Array`. Globals it would share with other
 * copies of itself (the engine, the kernel registry) land on an object of its own.
 */
function evaluate(file: string, require: Resolve): Exports {
  const own = Object.assign(Object.create(globalThis), { _tfengine: undefined, _tfGlobals: undefined })
  const bindings: Record<string, unknown> = {
    Float32Array: Float64Array,
    global: own,
    globalThis: own,
    window: undefined,
    self: undefined,
  }
  const module = { exports: {} as Exports }
  const names = ['exports', 'require', 'module', '__filename', '__dirname', ...Object.keys(bindings)]
  const run = compileFunction(readFileSync(file, 'utf8'), names, { filename: file })
  run(module.exports, require, module, file, dirname(file), ...Object.values(bindings))
  return module.exports
}

/** Node's util, for which arrays of doubles are the float arrays. */
function utilOf(util: typeof import('node:util')) {
  return { ...util, types: { ...util.types, isFloat32Array: util.types.isFloat64Array } }
}

/** What must be the one real tfjs-core: everything that holds state or makes tensors. */
const real = {
  engine: core.engine,
  env: core.env,
  DataStorage: core.DataStorage,
  KernelBackend: core.KernelBackend,
  tidy: core.tidy,
  reshape: core.reshape,
  broadcastTo: core.broadcastTo,
}

function locate(require: NodeJS.Require, name: string): string {
  try {
    return require.resolve(name)
  } catch (cause) {
    throw new Error(
      `registerFloat64: needs the package ${name}; install it with npm install -D ${name}@4.22.0`,
      {
        cause,
      },
    )
  }
}

interface Backend extends core.KernelBackend {
  write(values: core.BackendValues, shape: number[], dtype: core.DataType): object
  move(id: object, values: core.BackendValues, shape: number[], dtype: core.DataType, refCount: number): void
}

/** Tensors are made by the real tfjs-core, which knows single-precision arrays only: widen what comes in. */
function widening(backend: Backend): Backend {
  const wide = (values: core.BackendValues) =>
    values instanceof Float32Array ? (Float64Array.from(values) as unknown as core.BackendValues) : values
  const { write, move } = backend
  backend.write = (values, shape, dtype) => write.call(backend, wide(values), shape, dtype)
  backend.move = (id, values, ...rest) => move.call(backend, id, wide(values), ...rest)
  backend.floatPrecision = () => 32
  backend.epsilon = () => 1e-15
  return backend
}

/**
 * Registers the backend 'float64': the pure-JavaScript cpu backend with every float tensor held and computed in double
 * precision (its dtype still reads 'float32'). It is the reference against which gradients are proved. Node only;
 * needs @tensorflow/tfjs-backend-cpu to be installed. Idempotent.
 *
 * Plain numbers and arrays given to tfjs operations are rounded to single precision by tfjs-core before any backend
 * sees them; use {@link tensor64} for exact values.
 */
export function registerFloat64(): void {
  if (core.findBackendFactory(FLOAT64) !== null) return
  const require = createRequire(import.meta.url)
  const coreFile = locate(require, '@tensorflow/tfjs-core')
  const cpuFile = locate(require, '@tensorflow/tfjs-backend-cpu')
  const inCore = createRequire(coreFile)
  const inCpu = createRequire(cpuFile)
  const copy = evaluate(coreFile, id => (id === 'util' ? utilOf(inCore(id)) : inCore(id)))
  const pseudo: Exports = {
    ...copy,
    ...real,
    registerKernel: (config: core.KernelConfig) => core.registerKernel({ ...config, backendName: FLOAT64 }),
    registerBackend: (_name: string, factory: () => Backend) =>
      core.registerBackend(FLOAT64, () => widening(factory()), 0),
  }
  evaluate(cpuFile, id => (id === '@tensorflow/tfjs-core' ? pseudo : inCpu(id)))
}

/** A float tensor holding doubles exactly; the current backend must be 'float64'. */
export function tensor64(values: ArrayLike<number>, shape: number[]): core.Tensor {
  const size = core.util.sizeFromShape(shape)
  if (core.getBackend() !== FLOAT64) {
    throw new Error(
      `tensor64: the backend is '${core.getBackend()}'; call await setBackend('${FLOAT64}') first`,
    )
  }
  if (values.length !== size)
    throw new Error(`tensor64: shape [${shape}] takes ${size} values, got ${values.length}`)
  const backend = core.backend() as Backend
  const dataId = backend.write(Float64Array.from(values) as unknown as core.BackendValues, shape, 'float32')
  return core.engine().makeTensorFromTensorInfo({ dataId, shape, dtype: 'float32' })
}
