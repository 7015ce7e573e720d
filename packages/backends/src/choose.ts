import { getBackend, getKernelsForBackend, ready, setBackend } from '@tensorflow/tfjs-core'
import { type Adapter, nameOf } from './adapter.ts'
import type { BackendCandidate, BackendOptions, LoadedBackend } from './candidate.ts'
import { mendKernels } from './compositions/index.ts'
import { renew } from './guard.ts'

/** One backend that was looked at. */
export interface BackendAttempt {
  name: string
  ok: boolean
  /** Why it cannot be used; absent where it can. */
  reason?: string
}

/** What was chosen and why: plain data, fit for a log or a checkpoint. */
export interface BackendReport {
  /** Name of the table's entry: `tensorflow`, `wasm`, `cpu`, ... */
  name: string
  /** Name under which tfjs knows it (`getBackend()`). */
  backend: string
  /** Package or engine that does the work, with its version. */
  library: string
  /** What it runs on. */
  device: string
  /** The graphics adapter, where the backend uses one; `software` tells a program that plays a GPU. */
  adapter?: Adapter
  threads: number
  /** How many tfjs kernels it has. */
  kernels: number
  /** What was looked at on the way, in order, the chosen one last. */
  tried: BackendAttempt[]
}

const message = (cause: unknown): string => {
  const text =
    cause instanceof Error ? cause.message : String((cause as { message?: unknown })?.message ?? cause)
  return text.trim().split('\n')[0]!
}

/** Makes the loaded backend current, a new one where the old had a fault. @throws where tfjs cannot initialise it */
async function activate(loaded: LoadedBackend): Promise<Awaited<ReturnType<LoadedBackend['device']>>> {
  mendKernels(loaded.backend)
  renew(loaded.backend)
  if (!(await setBackend(loaded.backend))) {
    throw new Error(`tfjs could not initialise its backend "${loaded.backend}"`)
  }
  await ready()
  return loaded.device()
}

/**
 * Chooses from a table: the entry called `name`, or the first usable one for `auto`. The backend that was current
 * stays so where nothing can be used.
 *
 * @throws where the name is unknown (the error lists the known), or nothing asked for can be used (the error gives
 *   every cause and the remedy)
 */
export async function choose(
  table: readonly BackendCandidate[],
  name: string,
  options: BackendOptions = {},
): Promise<BackendReport> {
  const asked = name === 'auto' ? table : table.filter(entry => entry.name === name)
  if (asked.length === 0) {
    const known = ['auto', ...table.map(entry => entry.name)].join(', ')
    throw new Error(`useBackend: unknown backend "${name}"; known here: ${known}`)
  }
  const before = getBackend()
  const tried: BackendAttempt[] = []
  const causes: unknown[] = []
  for (const candidate of asked) {
    try {
      const loaded = await candidate.load(options)
      if (name === 'auto' && loaded.adapter?.software) {
        throw new Error(
          `it would run on ${nameOf(loaded.adapter)}, slower than the processor; auto passes it over`,
        )
      }
      const { device, threads } = await activate(loaded)
      tried.push({ name: candidate.name, ok: true })
      const kernels = getKernelsForBackend(loaded.backend).length
      const { backend, library, adapter } = loaded
      return {
        name: candidate.name,
        backend,
        library,
        device,
        ...(adapter && { adapter }),
        threads,
        kernels,
        tried,
      }
    } catch (cause) {
      causes.push(cause)
      tried.push({ name: candidate.name, ok: false, reason: message(cause) })
    }
  }
  if (before) await setBackend(before)
  const reasons = tried
    .map(attempt => `backend "${attempt.name}" is not available: ${attempt.reason}`)
    .join('; ')
  const remedy = asked.at(-1)!.remedy
  throw new Error(`useBackend: ${reasons}. ${remedy}`, { cause: causes.length === 1 ? causes[0] : causes })
}

/**
 * Looks at every entry of a table and leaves the current backend as it is. Entries are imported, which registers
 * their kernels; none is made current.
 */
export async function describe(
  table: readonly BackendCandidate[],
  options: BackendOptions = {},
): Promise<BackendDescription[]> {
  const found: BackendDescription[] = []
  for (const candidate of table) {
    try {
      const { library, backend, adapter } = await candidate.load(options)
      found.push({
        name: candidate.name,
        ok: true,
        library,
        ...(adapter && { adapter }),
        kernels: getKernelsForBackend(backend).length,
        current: getBackend() === backend,
      })
    } catch (cause) {
      found.push({ name: candidate.name, ok: false, reason: message(cause), remedy: candidate.remedy })
    }
  }
  return found
}

/** What is known of one backend before it is used. */
export type BackendDescription =
  | { name: string; ok: true; library: string; adapter?: Adapter; kernels: number; current: boolean }
  | { name: string; ok: false; reason: string; remedy: string }
