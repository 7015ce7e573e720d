import { engine, env } from '@tensorflow/tfjs-core'
import { cores, processor } from '#platform'
import type { BackendCandidate } from '../candidate.ts'
import { sameVersion } from '../same-version.ts'
import type { WasmBackend } from '../wasm/heap.ts'
import { registerWasmKernels } from '../wasm/index.ts'
import { engage } from '../wasm/simd/crew.ts'

/** More threads than this are rarely worth their copies. */
const MOST_THREADS = 4

/** WebAssembly with SIMD: the default where nothing native is installed. */
export const wasm: BackendCandidate = {
  name: 'wasm',
  remedy:
    'Install @tensorflow/tfjs-backend-wasm in the same version as @tensorflow/tfjs-core. In a browser, serve its ' +
    '.wasm files (node_modules/@tensorflow/tfjs-backend-wasm/dist/*.wasm) and name their folder: ' +
    "useBackend('wasm', { wasmPaths: '/wasm/' }).",
  async load({ threads, wasmPaths }) {
    const library = await import('@tensorflow/tfjs-backend-wasm')
    sameVersion('@tensorflow/tfjs-backend-wasm', library.version_wasm)
    if (!(await env().getAsync('WASM_HAS_SIMD_SUPPORT'))) {
      throw new Error('this JavaScript engine has no WebAssembly SIMD')
    }
    // Its threaded build keeps its memory to itself, and half of what training needs runs on one thread there anyway.
    env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
    // Taken until the backend is made; afterwards it changes nothing.
    if (wasmPaths !== undefined) library.setWasmPaths(wasmPaths)
    registerWasmKernels()
    return {
      backend: 'wasm',
      library: `@tensorflow/tfjs-backend-wasm ${library.version_wasm}`,
      device: async () => ({
        device: `${processor()}, WebAssembly SIMD`,
        threads: await engage(
          engine().backend as unknown as WasmBackend,
          threads ?? Math.min(MOST_THREADS, cores()),
        ),
      }),
    }
  },
}
