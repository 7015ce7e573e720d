import { absent } from '../absent.ts'
import type { BackendCandidate } from '../candidate.ts'
import { loadWebgpu } from '../webgpu/load.ts'

/** WebGPU, as the browser has it. */
export const webgpu: BackendCandidate = {
  name: 'webgpu',
  remedy:
    'Install @tensorflow/tfjs-backend-webgpu in the same version as @tensorflow/tfjs-core and build the page again; the ' +
    'page must come from https:// or localhost, in a browser with WebGPU and a GPU that it accepts.',
  async load() {
    if (!navigator.gpu) throw new Error('this browser has no WebGPU, or not for this page')
    try {
      await import('@tensorflow/tfjs-backend-webgpu')
    } catch (cause) {
      throw absent('@tensorflow/tfjs-backend-webgpu', cause)
    }
    return loadWebgpu(navigator.gpu, '@tensorflow/tfjs-backend-webgpu')
  },
}
