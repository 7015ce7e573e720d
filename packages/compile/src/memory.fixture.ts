/**
 * What a compiled step of a model of the bench is estimated to need, and what its process really grows by, as JSON in MB:
 *
 *     node --expose-gc --import tsx --conditions=@equilibria/source memory.fixture.ts dcgan 64 [cpu|wasm]
 */
import '@tensorflow/tfjs-backend-cpu'
import { type Batch, key, mend, release, tensorsOf, uniform } from '@equilibria/core'
import { setBackend } from '@tensorflow/tfjs-core'
import { models, stepOf } from '../../../bench/models.ts'
import type { ModelName } from '../../../bench/options.ts'
import { compiled } from './engine.ts'
import { onnxruntimeNode } from './targets/onnxruntime-node.ts'
import { onnxruntimeWeb } from './targets/onnxruntime-web.ts'

const [name = 'dcgan', batch = '64', kind = 'cpu'] = process.argv.slice(2)
await setBackend('cpu')
mend()
const target = await (kind === 'wasm' ? onnxruntimeWeb({ threads: 1 }) : onnxruntimeNode({ threads: 2 }))
const STEPS = 4

async function trained(name: ModelName, n: number) {
  const model = models[name]()
  const step = stepOf(model)
  const batches: Batch[] = [{ data: uniform(key(1), [n, ...model.shape], -1, 1) }]
  let state = step.init(0)
  let refused = ''
  try {
    await compiled({ ...target, available: () => 0 }).prepare(step, { state, batches })
  } catch (e) {
    refused = (e as Error).message
  }
  globalThis.gc!()
  const before = process.memoryUsage().rss
  const prepared = await compiled(target).prepare(step, { state, batches })
  for (let i = 0; i < STEPS; i++) {
    const next = await prepared.advance(state, batches)
    release(tensorsOf(state), tensorsOf(next))
    state = next
  }
  globalThis.gc!()
  const grown = Math.round((process.memoryUsage().rss - before) / 2 ** 20)
  await prepared.release?.()
  return { estimated: Number(/needs about (\d+) MB/.exec(refused)?.[1]), grown }
}

// What the runtime and the compiler take once, whatever they are given.
await trained('mlp', 1)
process.stdout.write(`${JSON.stringify(await trained(name as ModelName, Number(batch)))}\n`)
process.exit(0)
