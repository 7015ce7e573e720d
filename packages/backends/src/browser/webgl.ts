import { DeviceFault } from '@equilibria/core'
import { engine, env, type KernelBackend } from '@tensorflow/tfjs-core'
import { absent } from '../absent.ts'
import { type Adapter, adapter, nameOf } from '../adapter.ts'
import type { BackendCandidate } from '../candidate.ts'
import { guard } from '../guard.ts'
import { sameVersion } from '../same-version.ts'

/** What WebGL 2 runs on, from a context that is given back at once. @throws where there is none */
function adapterOf(): Adapter {
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2')
  if (!gl) throw new Error('this browser has no WebGL 2, or not for this page')
  try {
    const info = gl.getExtension('WEBGL_debug_renderer_info')
    const text = (name: number) => String(gl.getParameter(name) ?? '')
    return adapter({
      vendor: text(info?.UNMASKED_VENDOR_WEBGL ?? gl.VENDOR),
      description: text(info?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER),
    })
  } finally {
    gl.getExtension('WEBGL_lose_context')?.loseContext()
  }
}

/** tfjs's backend, as far as it is used here. */
interface WebglBackend extends KernelBackend {
  readonly gpgpu: { readonly gl: WebGL2RenderingContext }
}

/** Turns what the context reports into faults of its backend. It tells errors only when asked: after each read. */
function watch(backend: WebglBackend): void {
  const { gl } = backend.gpgpu
  const lost = () => new DeviceFault('lost', 'webgl', 'webgl: the graphics context is lost')
  const report = guard(backend, () => {
    const code = gl.getError()
    if (code === gl.NO_ERROR) return undefined
    if (code === gl.CONTEXT_LOST_WEBGL) return lost()
    return code === gl.OUT_OF_MEMORY
      ? new DeviceFault('out-of-memory', 'webgl', 'webgl: the GPU is out of memory; try a smaller batch')
      : new DeviceFault('uncaptured', 'webgl', `webgl: the GPU refused a command (code ${code})`)
  })
  if (report) gl.canvas.addEventListener('webglcontextlost', () => report(lost()))
}

/** WebGL 2: the GPU of browsers without WebGPU. */
export const webgl: BackendCandidate = {
  name: 'webgl',
  remedy:
    'Install @tensorflow/tfjs-backend-webgl in the same version as @tensorflow/tfjs-core and build the page again; the ' +
    'browser must have WebGL 2 with textures of 32-bit floats.',
  async load() {
    const found = adapterOf()
    let library: typeof import('@tensorflow/tfjs-backend-webgl')
    try {
      library = await import('@tensorflow/tfjs-backend-webgl')
    } catch (cause) {
      throw absent('@tensorflow/tfjs-backend-webgl', cause)
    }
    sameVersion('@tensorflow/tfjs-backend-webgl', library.version_webgl)
    // It would refuse a software adapter; whether to use one is not its choice.
    env().set('SOFTWARE_WEBGL_ENABLED', true)
    // The same bits wherever values happen to lie: see webgpu.
    env().set('WEBGL_CPU_FORWARD', false)
    if (!env().getBool('WEBGL_RENDER_FLOAT32_CAPABLE')) {
      throw new Error(`WebGL on ${nameOf(found)} computes in half precision, which training does not survive`)
    }
    return {
      backend: 'webgl',
      library: `@tensorflow/tfjs-backend-webgl ${library.version_webgl}`,
      adapter: found,
      device: () => {
        watch(engine().backend as unknown as WebglBackend)
        return { device: nameOf(found), threads: 1 }
      },
    }
  },
}
