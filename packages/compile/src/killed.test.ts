import '@tensorflow/tfjs-backend-cpu'
import { expect, test } from 'vitest'
import { expectKillsToBeHarmless } from '../../trainers/src/node/killing.fixture.ts'

const fixture = new URL('./killed.fixture.ts', import.meta.url).href
const engine = await import('./killed.fixture.ts').then(
  module => module.default,
  (e: Error) => void console.warn(`skipped: ${e.message}`),
)

test.skipIf(!engine)(
  'kill -9 costs a compiled run only the steps since the last checkpoint, and the rest is bit for bit what it would have been',
  async () => {
    expect(engine!.name).toMatch(/^compiled: onnxruntime-node .*, 1 thread$/)
    await expectKillsToBeHarmless({ kills: 4, engine: engine!, module: fixture })
  },
  90_000,
)
