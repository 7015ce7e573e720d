import { type Engine, eager } from '@equilibria/core'

/** An engine to choose: a value that the trainer is handed. */
export interface EngineOption {
  readonly name: string
  readonly about: string
  /** Why it cannot be chosen here, if it cannot. */
  readonly missing?: () => Promise<string | undefined>
  readonly make: () => Engine | Promise<Engine>
}

/** A step traced once and run whole by ONNX Runtime, which is loaded by those who choose it only. */
const onOnnxRuntime = (provider: 'wasm' | 'webgpu') => async (): Promise<Engine> => {
  const { compiled, onnxruntimeWeb } = await import('@equilibria/compile')
  return compiled(await onnxruntimeWeb({ provider }))
}

/** The engines this page knows. The first is the default. */
export const engines: readonly EngineOption[] = [
  { name: 'eager', about: 'operation by operation on the backend', make: eager },
  {
    name: 'compiled-wasm',
    about: 'the whole step at once by ONNX Runtime, on the processor',
    make: onOnnxRuntime('wasm'),
  },
  {
    name: 'compiled-webgpu',
    about: 'the whole step at once by ONNX Runtime, on the GPU',
    missing: async () =>
      (await navigator.gpu?.requestAdapter()) ? undefined : 'WebGPU finds no adapter in this browser.',
    make: onOnnxRuntime('webgpu'),
  },
]

/** The engine of a name. */
export function engineNamed(name: string): EngineOption {
  const found = engines.find(engine => engine.name === name)
  if (!found)
    throw new Error(`unknown engine "${name}"; known: ${engines.map(engine => engine.name).join(', ')}`)
  return found
}
