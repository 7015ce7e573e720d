import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { CheckpointStore } from '../checkpoint.ts'
import { checkKeep, checkpointsAmong, folderName, newestSound, outdated } from '../checkpoint-files.ts'
import { readCheckpoint, writeCheckpoint } from './checkpoint-folder.ts'
import { syncFolder } from './durable.ts'

/** Options of `folderStore`. */
export interface FolderStoreOptions {
  /** How many checkpoints to keep (default 3): with more than one, a damaged newest costs steps, not the run. */
  readonly keep?: number
}

/** The checkpoints in a folder, newest first. A folder that is not there has none. */
export async function listCheckpoints(dir: string): Promise<{ step: number; folder: string }[]> {
  const names = await readdir(dir).catch((e: NodeJS.ErrnoException) => {
    if (e.code === 'ENOENT') return []
    throw e
  })
  return checkpointsAmong(names).map(({ step, name }) => ({ step, folder: join(dir, name) }))
}

const alive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (e) {
    return (e as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * Keeps checkpoints as folders `step-00001000` in `dir`. Each is written under another name, brought to the disk and then
 * renamed, so that a folder of that name is whole whenever the process or the machine stopped. The newest is the one of the
 * highest step; saving step s removes those past s, which a run that went back has given up.
 * Loading falls back to the checkpoint before one that is damaged, and says so.
 */
export function folderStore(dir: string, { keep = 3 }: FolderStoreOptions = {}): CheckpointStore {
  checkKeep('folderStore', keep)

  /** Removes a folder so that it is never seen half removed under a checkpoint's name. */
  const discard = async (folder: string, step: number) => {
    const doomed = join(dir, `.old-${step}-${process.pid}-${Date.now()}`)
    await rename(folder, doomed)
    await rm(doomed, { recursive: true, force: true })
  }

  /** Removes what killed processes left half written or half removed. */
  const sweep = async () => {
    for (const name of await readdir(dir)) {
      const [, pid] = /^\.(?:tmp|old)-\d+-(\d+)/.exec(name) ?? []
      if (pid !== undefined && (Number(pid) === process.pid || !alive(Number(pid))))
        await rm(join(dir, name), { recursive: true, force: true })
    }
  }

  return {
    place: dir,
    async save(snapshot) {
      const { step } = snapshot
      const temporary = join(dir, `.tmp-${step}-${process.pid}`)
      const final = join(dir, folderName(step))
      await mkdir(dir, { recursive: true })
      await sweep()
      try {
        await writeCheckpoint(temporary, snapshot)
      } catch (e) {
        await rm(temporary, { recursive: true, force: true })
        throw e
      }
      const others = await listCheckpoints(dir)
      const same = others.find(c => c.step === step)
      if (same) await discard(same.folder, step)
      await rename(temporary, final)
      await syncFolder(dir)
      for (const c of outdated(others, step, keep)) await discard(c.folder, c.step)
    },
    async load() {
      const folders = (await listCheckpoints(dir)).map(c => c.folder)
      return newestSound(dir, folders, readCheckpoint)
    },
  }
}
