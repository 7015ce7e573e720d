import { createRequire } from 'node:module'
import { absent } from '../absent.ts'
import type { BackendCandidate } from '../candidate.ts'
import { sameVersion } from '../same-version.ts'
import { loadWebgpu } from '../webgpu/load.ts'
import { mayHaveVulkan } from './vulkan.ts'

const versionOf = (packageName: string): string =>
  createRequire(import.meta.url)(`${packageName}/package.json`).version

/** `navigator.gpu` and the globals of WebGPU, where Node lacks them: tfjs's backend looks for them as it is imported. */
async function provideGpu(): Promise<GPU> {
  if (globalThis.navigator?.gpu) return globalThis.navigator.gpu
  let dawn: typeof import('webgpu')
  try {
    dawn = await import('webgpu')
  } catch (cause) {
    throw absent('webgpu', cause)
  }
  if (!mayHaveVulkan()) throw new Error('there is no Vulkan driver on this machine')
  Object.assign(globalThis, dawn.globals)
  const gpu = dawn.create([])
  const place = globalThis.navigator ?? { userAgent: `Node.js/${process.versions.node.split('.')[0]}` }
  Object.defineProperty(place, 'gpu', { value: gpu, configurable: true })
  if (!globalThis.navigator)
    Object.defineProperty(globalThis, 'navigator', { value: place, configurable: true, writable: true })
  return gpu
}

/** WebGPU in Node, by Google's Dawn: Vulkan, Metal or Direct3D 12, without CUDA. */
export const webgpu: BackendCandidate = {
  name: 'webgpu',
  remedy:
    'Install both packages beside this one, `npm install webgpu @tensorflow/tfjs-backend-webgpu@4.22.0`, on a machine with ' +
    'a GPU and its driver for Vulkan (Linux: libvulkan1 as well, and for NVIDIA’s driver libgl1 and libegl1), Metal or Direct3D 12.',
  async load() {
    const gpu = await provideGpu()
    try {
      await import('@tensorflow/tfjs-backend-webgpu')
    } catch (cause) {
      throw absent('@tensorflow/tfjs-backend-webgpu', cause)
    }
    const version = versionOf('@tensorflow/tfjs-backend-webgpu')
    sameVersion('@tensorflow/tfjs-backend-webgpu', version)
    return loadWebgpu(gpu, `@tensorflow/tfjs-backend-webgpu ${version} (Dawn, webgpu ${versionOf('webgpu')})`)
  },
}
