import { type BackendDescription, describeBackends, useBackend } from '@equilibria/backends'
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url'
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url'
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url'
import type { Machine, Option } from '../messages.ts'

/** Where the bundler put the files of the wasm backend. */
const options = {
  wasmPaths: {
    'tfjs-backend-wasm.wasm': plain,
    'tfjs-backend-wasm-simd.wasm': simd,
    'tfjs-backend-wasm-threaded-simd.wasm': threaded,
  },
}

const optionOf = (backend: BackendDescription): Option => {
  const { name } = backend
  if (!backend.ok)
    return { name, about: 'not available', unavailable: `${backend.reason}. ${backend.remedy}` }
  const { adapter } = backend
  const words = adapter && (adapter.description || [adapter.vendor, adapter.architecture].join(' ').trim())
  return {
    name,
    about: words ? `${words}${adapter.software ? ' (software)' : ''}` : backend.library,
  }
}

/** The backends of this browser, best first, those that cannot be used with the reason. */
export const backendOptions = async (): Promise<Option[]> =>
  (await describeBackends(options)).map(backend => optionOf(backend))

/** Makes a backend the current one. */
export async function enter(name: string): Promise<Omit<Machine, 'engine'>> {
  const { name: backend, device, threads } = await useBackend(name, options)
  return { backend, device, threads }
}
