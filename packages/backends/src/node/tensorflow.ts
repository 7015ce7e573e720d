import type { BackendCandidate } from '../candidate.ts'
import { registerLibraryKernels } from '../tensorflow/index.ts'
import { loadTfjsNode } from './tfjs-node.ts'

/** The TensorFlow C library on the processor, all cores. */
export const tensorflow: BackendCandidate = {
  name: 'tensorflow',
  remedy:
    'Install it beside this package with `npm install @tensorflow/tfjs-node@4.22.0`; its install script downloads the ' +
    'TensorFlow library, so scripts must be allowed (--ignore-scripts=false) and storage.googleapis.com reachable. ' +
    'A build kept elsewhere is used where EQUILIBRIA_TFJS_NODE names the folder it was installed in.',
  async load(options) {
    const loaded = await loadTfjsNode('@tensorflow/tfjs-node', options)
    registerLibraryKernels()
    return loaded
  },
}
