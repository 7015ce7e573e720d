import { watchGpu } from '@equilibria/core'
import { engine, env, type KernelBackend } from '@tensorflow/tfjs-core'
import { type Adapter, adapter, nameOf } from '../adapter.ts'
import type { LoadedBackend } from '../candidate.ts'
import { guard } from '../guard.ts'

/** What tfjs-backend-webgpu asks its adapter for: the same here, so that the same one answers. */
const asked: GPURequestAdapterOptions = { powerPreference: 'high-performance' }

/** @throws where there is no adapter */
async function adapterOf(gpu: GPU): Promise<Adapter> {
  const found = await gpu.requestAdapter(asked)
  if (!found) throw new Error('WebGPU is there, but it finds no adapter (no GPU, or no driver for it)')
  return adapter(found.info, found.info.isFallbackAdapter)
}

/** tfjs's backend, as far as it is used here. */
interface WebgpuBackend extends KernelBackend {
  readonly device: GPUDevice
}

/** Turns what the device reports into faults of its backend. */
function watch(backend: WebgpuBackend): void {
  const report = guard(backend)
  if (report) watchGpu(backend.device, 'webgpu', report)
}

/**
 * Makes tfjs's webgpu backend ready, once its package is imported: the adapter is looked at, kernels stay on the GPU, and
 * faults of the device are watched. A backend whose device had a fault is replaced by a new one; its tensors are gone.
 *
 * @throws where there is no adapter
 */
export async function loadWebgpu(gpu: GPU, library: string): Promise<LoadedBackend> {
  const found = await adapterOf(gpu)
  // Small tensors would be computed on the processor as long as their values happen to be there: after a read, or after a
  // checkpoint was loaded. The same step must give the same bits either way.
  env().set('WEBGPU_CPU_FORWARD', false)
  return {
    backend: 'webgpu',
    library,
    adapter: found,
    device: () => {
      watch(engine().backend as unknown as WebgpuBackend)
      return { device: nameOf(found), threads: 1 }
    },
  }
}
