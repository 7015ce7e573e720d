/**
 * A training process for the kill test: trains the tiny game in the folder given, with a checkpoint every other step, and writes
 * each step's number to its output. Arguments: the folder, the number of steps, and a module whose default export is the engine
 * (eager without one).
 */
import { type Engine, eager, release, tensorsOf } from '@equilibria/core'
import { setBackend } from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { killedOptions } from './killing.fixture.ts'
import { trainInFolder } from './train-in-folder.ts'

const [dir, steps, module] = process.argv.slice(2)
await setBackend('cpu')
const engine: Engine = module ? (await import(module)).default : eager()
const run = await trainInFolder({
  ...killedOptions,
  engine,
  dir: dir!,
  steps: Number(steps),
  every: { log: 1, checkpoint: 2 },
  onStep: ({ step }) => void process.stdout.write(`step ${step}\n`),
})
process.stdout.write(`${run.stopped ? 'stopped' : 'done'} ${run.state.step}\n`)
release(tensorsOf(run.state))
