import type { BackendCandidate } from '../candidate.ts'
import { loadTfjsNode } from './tfjs-node.ts'

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
    return loaded
  },
}
