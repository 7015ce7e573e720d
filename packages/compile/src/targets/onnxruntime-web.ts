import type { GpuDevice } from '@equilibria/core'
import type { Env, InferenceSession } from 'onnxruntime-common'
import { available, processors, runtime } from '#onnxruntime-web'
import { MOST_BYTES, type Region } from '../arena.ts'
import type { Model, Session, Target } from '../target.ts'
import { guarded } from './faults.ts'
import { forgetProvider, needProvider } from './provider.ts'
import { named, wrapper } from './regions.ts'

/** Options of `onnxruntimeWeb`. */
export interface OnnxruntimeWebOptions {
  readonly provider?: 'wasm' | 'webgpu'
  /**
   * Threads of the wasm provider (default: half as many as processors, one where memory cannot be shared). The runtime has them all its life: where it has been
   * asked for before, the default is what it has.
   */
  readonly threads?: number
}

/**
 * Half of the processors: the runtime's threads wait for each other in loops, and where one has to give its processor to something else (the page itself, another
 * program) all others wait with it. On two processors with other work, a step on two threads took twice as long as on one (`scripts/measure-browser.ts`).
 */
const threadsHere = () => Math.ceil(processors() / 2)

/** What a device computes on, as its adapter says. */
const adapterOf = ({ adapterInfo }: { readonly adapterInfo?: GPUAdapterInfo }) =>
  adapterInfo &&
  [adapterInfo.vendor, adapterInfo.architecture, adapterInfo.description].filter(Boolean).join(' ')

/** The threads that builds of the runtime have in this process or page. */
const running = new WeakMap<Env, number>()

/** Bytes of the models that a build has loaded. Its memory has 32-bit addresses, and how much of it is taken besides cannot be asked for. */
const loaded = new WeakMap<Env, number>()

/**
 * ONNX Runtime's WebAssembly build, from npm package `onnxruntime-web`: for pages, workers and Node. What a model reads and makes
 * is copied to and from its own memory. Throws if the package cannot be loaded, or where there is no WebGPU for it. What fails on a GPU is
 * a `DeviceFault`.
 */
export async function onnxruntimeWeb({
  provider = 'wasm',
  threads: asked,
}: OnnxruntimeWebOptions = {}): Promise<Target> {
  if (asked !== undefined && !(Number.isInteger(asked) && asked >= 1))
    throw new Error(`onnxruntime-web: threads must be a whole number >= 1, got ${asked}`)
  // Asked before 27 MB are loaded to say the same.
  if (provider === 'webgpu' && !(await globalThis.navigator?.gpu?.requestAdapter()))
    throw new Error('onnxruntime-web: WebGPU finds no adapter here: use provider "wasm" or another engine')
  const build = await (provider === 'wasm' ? runtime() : import('onnxruntime-web/webgpu')).catch(
    (cause: unknown) => {
      throw new Error(
        'onnxruntime-web cannot be loaded: install it with `npm install onnxruntime-web`, or use another engine',
        { cause },
      )
    },
  )
  const env: Env = build.env
  const threads = running.get(env) ?? asked ?? threadsHere()
  if (asked !== undefined && asked !== threads)
    throw new Error(
      `onnxruntime-web: it runs with ${threads} thread${threads === 1 ? '' : 's'} here since it was first asked for, and cannot have ${asked} besides: leave out \`threads\`, or use another process or worker`,
    )
  running.set(env, threads)
  env.wasm.numThreads = threads
  env.logLevel = 'error'
  const options: InferenceSession.SessionOptions = {
    executionProviders: [provider],
    executionMode: 'sequential',
    // The graph is simplified before. At 1.30 the runtime's own fusion of slices makes invalid models of ours (GatherSliceToSplitFusion).
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 3,
  }
  if (provider === 'webgpu') await needProvider(build, options, 'onnxruntime-web')
  const wrap = wrapper(build)
  const count = (bytes: number) => loaded.set(env, (loaded.get(env) ?? 0) + bytes)
  const load = async ({ model, inputs, outputs }: Model): Promise<Session> => {
    const session = await build.InferenceSession.create(model, options)
    count(model.length)
    return {
      run: async (given: readonly Region[], results: readonly Region[]) => {
        const made = await session.run(named(inputs, given, wrap))
        outputs.forEach((name, i) => {
          results[i]!.view.set(made[name]!.data as Float32Array)
          made[name]!.dispose()
        })
      },
      release: () => {
        count(-model.length)
        return session.release()
      },
    }
  }
  const version = env.versions.web ?? env.versions.common
  const device = provider === 'webgpu' ? ((await env.webgpu.device) as GpuDevice & GPUDevice) : undefined
  const place = device ? adapterOf(device) : `${threads} thread${threads === 1 ? '' : 's'}`
  const target: Target = {
    name: [`onnxruntime-web ${version} ${provider}`, place].filter(Boolean).join(', '),
    kind: provider === 'wasm' ? 'wasm' : 'gpu',
    ...(available && { available }),
    ...(provider === 'wasm' && { within: () => MOST_BYTES - (loaded.get(env) ?? 0) }),
    load,
  }
  if (!device) return target
  return guarded(target, { device, forget: () => forgetProvider(provider, 'onnxruntime-web') })
}
