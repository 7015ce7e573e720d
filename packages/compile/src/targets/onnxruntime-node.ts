import type { InferenceSession } from 'onnxruntime-common'
import type { Model, Session, Target } from '../target.ts'
import { blockOf } from './blocks.ts'
import { guarded } from './faults.ts'
import { empty, runInPlace, worksInPlace } from './in-place.ts'
import { forgetProvider, needProvider } from './provider.ts'
import { named, wrapper } from './regions.ts'

/** Options of `onnxruntimeNode`. */
export interface OnnxruntimeNodeOptions {
  /** `webgpu` is bundled with the package; `cuda` is there if it was installed with it. */
  readonly provider?: 'cpu' | 'webgpu' | 'cuda'
  /** Threads of the CPU provider (default: as many as processors). */
  readonly threads?: number
}

/** The GPU whose driver this process has loaded, by now for the runtime. */
const gpuHere = async () => {
  const { gpuOf, nvidiaModels, ownDrivers } = await import('./drivers.ts')
  return gpuOf(ownDrivers(), nvidiaModels())
}

/**
 * ONNX Runtime's native build for Node, from npm package `onnxruntime-node`. It reads and writes host memory in place.
 * Throws if the package cannot be loaded, or where the provider is not there. What fails on a GPU is a `DeviceFault`.
 */
export async function onnxruntimeNode({
  provider = 'cpu',
  threads,
}: OnnxruntimeNodeOptions = {}): Promise<Target> {
  const { availableParallelism, freemem } = await import('node:os')
  const cores = threads ?? availableParallelism()
  if (!(Number.isInteger(cores) && cores >= 1))
    throw new Error(`onnxruntime-node: threads must be a whole number >= 1, got ${threads}`)
  const runtime = await import('onnxruntime-node').catch((cause: unknown) => {
    throw new Error(
      'onnxruntime-node cannot be loaded: install it with `npm install --save-optional onnxruntime-node` (set ONNXRUNTIME_NODE_INSTALL=skip where the download of its CUDA libraries fails), or use another engine',
      { cause },
    )
  })
  const version = runtime.env.versions.node ?? runtime.env.versions.common
  const options: InferenceSession.SessionOptions = {
    executionProviders: provider === 'cpu' ? ['cpu'] : [provider],
    intraOpNumThreads: cores,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // With patterns each session holds its memory twice from the second run on: piece by piece, and as one block. The bench's models are no faster by it.
    enableMemPattern: false,
    // The graph is simplified before. At 1.30 the runtime's own fusion of slices makes invalid models of ours (GatherSliceToSplitFusion).
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 3,
    // A step is several sessions with threads of their own. Those of the one before must not keep waiting in a loop on the cores that
    // the next one needs: on two cores that takes a third of the time.
    extra: { session: { force_spinning_stop: '1' } },
  }
  if (provider !== 'cpu') await needProvider(runtime, options, 'onnxruntime-node')
  const wrap = wrapper(runtime)
  const inPlace = await worksInPlace(runtime, options)
  const load = async ({ model, inputs, outputs }: Model): Promise<Session> => {
    const session = await runtime.InferenceSession.create(model, options)
    return {
      run: async (given, results) => {
        const [feeds, fetches] = [named(inputs, given, wrap), named(outputs, results, wrap)]
        if (inPlace) await runInPlace(session, feeds, fetches)
        else await session.run(feeds, fetches)
      },
      release: () => session.release(),
    }
  }
  const place = provider === 'cpu' ? `${cores} thread${cores === 1 ? '' : 's'}` : await gpuHere()
  const target: Target = {
    name: [`onnxruntime-node ${version} ${provider}`, place].filter(Boolean).join(', '),
    kind: provider === 'cpu' ? 'cpu' : 'gpu',
    ...(provider === 'cpu' && { block: await blockOf(runtime, options) }),
    ...(inPlace && { empty }),
    // The host's memory; a GPU's cannot be asked for.
    available: freemem,
    load,
  }
  return provider === 'cpu'
    ? target
    : guarded(target, { forget: () => forgetProvider(provider, 'onnxruntime-node') })
}
