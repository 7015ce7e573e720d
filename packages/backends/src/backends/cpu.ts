import { engine } from '@tensorflow/tfjs-core'
import { processor } from '#platform'
import type { BackendCandidate } from '../candidate.ts'
import { sameVersion } from '../same-version.ts'

/** Plain JavaScript on one thread: always there, every kernel, slow. */
export const cpu: BackendCandidate = {
  name: 'cpu',
  remedy: 'Install @tensorflow/tfjs-backend-cpu in the same version as @tensorflow/tfjs-core.',
  async load() {
    const { version_cpu } = await import('@tensorflow/tfjs-backend-cpu')
    sameVersion('@tensorflow/tfjs-backend-cpu', version_cpu)
    return {
      backend: 'cpu',
      library: `@tensorflow/tfjs-backend-cpu ${version_cpu}`,
      device: () => {
        // Its first kernel in Node would print advice to install tfjs-node; whoever asked for cpu knows.
        Object.assign(engine().backend, { firstUse: false })
        return { device: `${processor()}, plain JavaScript`, threads: 1 }
      },
    }
  },
}
