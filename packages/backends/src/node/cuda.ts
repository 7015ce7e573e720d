import { DeviceFault } from '@equilibria/core'
import { engine, type KernelBackend } from '@tensorflow/tfjs-core'
import type { BackendCandidate } from '../candidate.ts'
import { guard } from '../guard.ts'
import { loadTfjsNode } from './tfjs-node.ts'

type Binding = Record<'createTensor' | 'executeOp' | 'tensorDataSync', (...args: never[]) => unknown>
type Report = NonNullable<ReturnType<typeof guard>>

/** A GPU's failure in the words of the TensorFlow library as a fault; undefined for errors of other kinds, which leave the device sound. */
export function cudaFault(cause: unknown): DeviceFault | undefined {
  const words = (cause instanceof Error ? cause.message : String(cause)).trim()
  const fault = (kind: DeviceFault['kind'], text: string) =>
    new DeviceFault(kind, 'cuda', `cuda: ${text}: ${words}`, { cause })
  if (/\bOOM\b|RESOURCE_EXHAUSTED|ResourceExhausted|OUT_OF_MEMORY|failed to allocate/i.test(words))
    return fault('out-of-memory', 'the GPU is out of memory; try a smaller batch')
  // After one of these no command of the process reaches the device any more.
  if (
    /CUDA_ERROR_(ILLEGAL|LAUNCH|ECC|DEINIT|HARDWARE|MISALIGNED|ASSERT|UNKNOWN)|GPU has fallen off|device.{0,20}\blost/i.test(
      words,
    )
  )
    return fault('lost', 'the GPU device is lost')
  if (/\bCUDA_ERROR|\bCUDNN_STATUS|\bCUBLAS_STATUS/i.test(words))
    return fault('uncaptured', 'the GPU refused a command')
  return undefined
}

/** Whom the calls of a binding report to: backends that follow each other share it. */
const reports = new WeakMap<Binding, Report>()

/** Turns what the library throws of its GPU into faults of the backend. */
function watch(backend: KernelBackend & { readonly binding: Binding }): void {
  const report = guard(backend)
  if (!report) return
  const { binding } = backend
  const watched = reports.has(binding)
  reports.set(binding, report)
  if (watched) return
  for (const name of ['createTensor', 'executeOp', 'tensorDataSync'] as const) {
    const call = binding[name]
    binding[name] = (...args) => {
      try {
        return call.apply(binding, args)
      } catch (cause) {
        const fault = cudaFault(cause)
        if (!fault) throw cause
        reports.get(binding)!(fault)
        throw fault
      }
    }
  }
}

/** The TensorFlow C library on an NVIDIA GPU. */
export const cuda: BackendCandidate = {
  name: 'cuda',
  remedy:
    'Install it beside this package with `npm install @tensorflow/tfjs-node-gpu@4.22.0` (scripts allowed: ' +
    '--ignore-scripts=false) on Linux x64 with an NVIDIA driver, CUDA 11.2 and cuDNN 8; a build kept elsewhere is ' +
    'used where EQUILIBRIA_TFJS_NODE names the folder it was installed in.',
  async load(options) {
    const loaded = await loadTfjsNode('@tensorflow/tfjs-node-gpu', options)
    if ((await loaded.device()).device !== 'CUDA GPU') {
      throw new Error(
        '@tensorflow/tfjs-node-gpu is installed but found no GPU it can use, and would run on the CPU',
      )
    }
    return {
      ...loaded,
      device: () => {
        watch(engine().backend as KernelBackend & { readonly binding: Binding })
        return loaded.device()
      },
    }
  },
}
