import { join } from 'node:path'
import '@tensorflow/tfjs-backend-cpu'
import { describe, expect, it } from 'vitest'
import { folderStore } from './folder-store.ts'
import { expectKillsToBeHarmless, inFolder } from './killing.fixture.ts'

describe('kill -9', () => {
  it(
    'at any moment costs only the steps since the last checkpoint, and the rest is bit for bit what it would have been',
    () => expectKillsToBeHarmless({ kills: 8 }),
    90_000,
  )
})

describe('Ctrl-C', () => {
  it(
    'finishes the step, saves, and the run can be continued',
    () =>
      inFolder(async (dir, child) => {
        let ended = ''
        const { code } = await child((text, process) => {
          if (text === 'step 3') process.kill('SIGINT')
          if (!text.startsWith('step')) ended = text
        })
        expect(code).toBe(0)
        const [word, step] = ended.split(' ')
        expect(word).toBe('stopped')
        const found = await folderStore(join(dir, 'checkpoints')).load()
        expect(found!.snapshot.step).toBe(Number(step))
        // A timely answer, not one at the end of the steps.
        expect(Number(step)).toBeLessThan(200)
      }),
    60_000,
  )
})
