import { type CheckpointStore, memoryStore } from '@equilibria/trainers'
import { directoryStore, privateDirectory } from '@equilibria/trainers/browser'
import type { Choice, Losses } from '../messages.ts'

/** Where runs are saved. A run is a recipe and a seed; backend, engine and steps may change while it lasts. */
export interface Storage {
  /** Whether what is saved outlives the page. */
  readonly kept: boolean
  readonly about: string
  store(choice: Choice): Promise<CheckpointStore>
  /** What is saved beside a run's checkpoints: its losses, for the chart of a later visit. */
  losses(choice: Choice): Promise<readonly Losses[]>
  keepLosses(choice: Choice, losses: readonly Losses[]): Promise<void>
  /** Removes what is saved of a run. */
  forget(choice: Choice): Promise<void>
  /** Keeps a choice for the next visit. */
  remember(choice: Choice): Promise<void>
  /** The choice of the last visit. */
  remembered(): Promise<Partial<Choice> | undefined>
}

const ROOT = 'equilibria'
const LAST = 'last.json'
const LOSSES = 'losses.json'
const nameOf = ({ recipe, seed }: Choice) => `${recipe}-seed${seed}`

/** The browser's private file system; the page's memory where there is none, with the reason. */
export async function openStorage(): Promise<Storage> {
  try {
    return inFiles(await privateDirectory(ROOT))
  } catch (e) {
    const reason = e instanceof Error ? e.message : String(e)
    return inMemory(`Runs are lost when the page is closed: ${reason}.`)
  }
}

async function writeJson(directory: FileSystemDirectoryHandle, name: string, value: unknown): Promise<void> {
  const stream = await (await directory.getFileHandle(name, { create: true })).createWritable()
  await stream.write(JSON.stringify(value))
  await stream.close()
}

/** What a file says; undefined where there is none or it is damaged. Nothing kept this way is needed to continue. */
async function readJson(directory: FileSystemDirectoryHandle, name: string) {
  try {
    return JSON.parse(await (await (await directory.getFileHandle(name)).getFile()).text())
  } catch {
    return undefined
  }
}

const inFiles = (root: FileSystemDirectoryHandle): Storage => {
  const folder = (choice: Choice) => root.getDirectoryHandle(nameOf(choice), { create: true })
  return {
    kept: true,
    about: 'Runs are saved in this browser (origin private file system) and continue after a reload.',
    store: async choice =>
      directoryStore(await folder(choice), { keep: 2, place: `the browser's storage, ${nameOf(choice)}` }),
    losses: async choice => (await readJson(await folder(choice), LOSSES)) ?? [],
    keepLosses: async (choice, losses) => writeJson(await folder(choice), LOSSES, losses),
    forget: async choice => {
      await folder(choice) // So that it is there to be removed.
      await root.removeEntry(nameOf(choice), { recursive: true })
    },
    remember: choice => writeJson(root, LAST, choice),
    remembered: () => readJson(root, LAST),
  }
}

const inMemory = (about: string): Storage => {
  const stores = new Map<string, CheckpointStore>()
  const losses = new Map<string, readonly Losses[]>()
  return {
    kept: false,
    about,
    store: async choice => {
      const store = stores.get(nameOf(choice)) ?? memoryStore()
      stores.set(nameOf(choice), store)
      return store
    },
    losses: async choice => losses.get(nameOf(choice)) ?? [],
    keepLosses: async (choice, all) => void losses.set(nameOf(choice), all),
    forget: async choice => {
      stores.delete(nameOf(choice))
      losses.delete(nameOf(choice))
    },
    remember: async () => {},
    remembered: async () => undefined,
  }
}

/** Does `work` while no other tab trains the same run. */
export async function alone<T>(choice: Choice, work: () => Promise<T>): Promise<T> {
  if (!navigator.locks) return work()
  return navigator.locks.request(`${ROOT}/${nameOf(choice)}`, { ifAvailable: true }, lock => {
    if (!lock)
      throw new Error(
        'another tab of this page is training this run: pause it there, or choose another seed here',
      )
    return work()
  }) as Promise<T>
}
