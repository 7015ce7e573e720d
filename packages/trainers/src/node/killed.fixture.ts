/**
 * A training process for the kill test: trains the tiny game in the folder given, with a checkpoint every other step, and writes
 * each step's number to its output. Arguments: the folder, the number of steps.
 */
import { adam, alternating, release, tensorsOf } from '@equilibria/core'
import { setBackend } from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { ema } from '../slots/ema.ts'
import { ring, tinyGame } from '../tiny.fixture.ts'
import { trainInFolder } from './train-in-folder.ts'

const [dir, steps] = process.argv.slice(2)
await setBackend('cpu')
const run = await trainInFolder({
  dir: dir!,
  game: tinyGame(16),
  dynamics: alternating({ critic: 2 }),
  optimizer: adam(1e-3, { beta1: 0.5 }),
  slots: { ema: ema(0.9, { rampup: 0.05 }) },
  data: ring,
  batch: 8,
  seed: 4,
  steps: Number(steps),
  every: { log: 1, checkpoint: 2 },
  onStep: ({ step }) => void process.stdout.write(`step ${step}\n`),
})
process.stdout.write(`${run.stopped ? 'stopped' : 'done'} ${run.state.step}\n`)
release(tensorsOf(run.state))
