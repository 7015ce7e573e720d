import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import util from 'node:util'
import { engine, getBackend, setBackend } from '@tensorflow/tfjs-core'
import { absent } from '../absent.ts'
import type { BackendOptions, LoadedBackend } from '../candidate.ts'
import { sameVersion } from '../same-version.ts'
import { processor } from './processor.ts'

/** The parts of `@tensorflow/tfjs-node` that are read here; the package is never a build-time dependency. */
interface TfjsNode {
  readonly version: Readonly<Record<string, string>>
}

interface TfjsNodeBackend {
  readonly isUsingGpuDevice?: boolean
  readonly binding?: { readonly TF_Version?: string }
}

/**
 * URL or name to import: the package as Node resolves it from here, or the one installed in the folder that
 * `EQUILIBRIA_TFJS_NODE` names (a build of one's own, kept outside the project's lock file).
 */
function specifier(packageName: string): string {
  const folder = process.env.EQUILIBRIA_TFJS_NODE
  if (!folder) return packageName
  return pathToFileURL(createRequire(join(folder, 'package.json')).resolve(packageName)).href
}

/** Imports the package; says plainly that it is not there where that is the whole trouble. */
async function imported(packageName: string): Promise<TfjsNode> {
  try {
    return (await import(specifier(packageName))) as TfjsNode
  } catch (cause) {
    throw absent(packageName, cause)
  }
}

/**
 * Imports `@tensorflow/tfjs-node` or `@tensorflow/tfjs-node-gpu`, which register the backend `tensorflow`.
 *
 * @throws where the package or its native library is missing, or is built for another tfjs-core
 */
export async function loadTfjsNode(packageName: string, { threads }: BackendOptions): Promise<LoadedBackend> {
  // Removed in Node 23; tfjs-node 4.22 still calls it.
  const legacy = util as { isNullOrUndefined?: (value: unknown) => boolean }
  legacy.isNullOrUndefined ??= value => value === null || value === undefined
  // libtensorflow reads its settings from the environment when it starts; its start-up notes are not the user's.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  if (threads !== undefined) {
    process.env.TF_NUM_INTRAOP_THREADS = String(threads)
    process.env.OMP_NUM_THREADS = String(threads)
  }
  const before = getBackend()
  const library = await imported(packageName)
  // Importing it makes it the current backend; that choice is not the importer's.
  if (before && before !== getBackend()) await setBackend(before)
  sameVersion(packageName, library.version['tfjs-core'] ?? 'unknown')
  const backend = engine().findBackend('tensorflow') as unknown as TfjsNodeBackend | undefined
  if (!backend) throw new Error(`${packageName} was imported but registered no backend "tensorflow"`)
  return {
    backend: 'tensorflow',
    library: `${packageName} ${library.version['tfjs-core']} (TensorFlow ${backend.binding?.TF_Version ?? '?'})`,
    device: () => ({
      // The GPU package falls back to the processor without a word, so the name alone proves nothing.
      device: backend.isUsingGpuDevice === true ? 'CUDA GPU' : processor(),
      threads: Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism(),
    }),
  }
}
