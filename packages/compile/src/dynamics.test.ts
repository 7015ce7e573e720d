import '@tensorflow/tfjs-backend-cpu'
import { mlp } from '@equilibria/architectures'
import { registerWasmKernels } from '@equilibria/backends'
import {
  adam,
  type Batch,
  corePlugin,
  createRegistry,
  gan,
  gaussianLatent,
  key,
  makeStep,
  normal,
  release,
  tensorsOf,
} from '@equilibria/core'
import { nonSaturating } from '@equilibria/losses'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { numbersOf } from './engine.fixture.ts'
import { compiled } from './engine.ts'
import { onnxruntimeNode } from './targets/onnxruntime-node.ts'

const target = await onnxruntimeNode({ threads: 1 }).catch((e: Error) => e)
if (target instanceof Error) console.warn(`skipped: ${target.message}`)
const engine = target instanceof Error ? undefined : compiled(target)

const registry = createRegistry()
registry.use(corePlugin)

beforeAll(async () => {
  await import('@tensorflow/tfjs-backend-wasm')
  await setBackend('wasm')
  registerWasmKernels()
})

const options: Record<string, object> = {
  twoTimeScale: { factors: { critic: 4 } },
  fictitiousPlay: { pool: 2, every: 2 },
  bestResponseAveraging: { moves: 2 },
  lookahead: { k: 2 },
  lossBalanced: { margin: 0.2, cap: 2 },
  competitive: { iterations: 2 },
  unrolled: { steps: 2 },
}

const game = gan({
  generator: mlp.generator({ shape: [3], dimensions: 2, hidden: [5] }),
  critic: mlp.critic({ shape: [3], hidden: [5] }),
  latent: gaussianLatent(2),
  loss: nonSaturating(),
})

describe.skipIf(!engine)('compiled on onnxruntime-node', () => {
  test.each(registry.names('dynamics'))('%s is that of eager', async name => {
    const dynamics = registry.make('dynamics', { name, ...options[name] })
    // An optimizer with state, so that masks choose it too.
    const optimizer = adam(0.01, { beta1: 0.5, epsilon: 1e-3, differentiable: name === 'unrolled' })
    const step = makeStep({ game, dynamics, optimizer })
    const batches = (at: number): Batch[] =>
      Array.from({ length: step.draws }, (_, d) => ({ data: normal(key(10 * at + d), [6, 3]) }))
    let state = step.init(4)
    const prepared = await engine!.prepare(step, { state, batches: batches(0) })
    expect(prepared.notes ?? []).toEqual([])
    for (let i = 0; i < 3; i++) {
      const data = batches(i)
      const [ours, theirs] = [await prepared.advance(state, data), step.next(state, data)]
      const [a, b] = [await numbersOf(tensorsOf(ours)), await numbersOf(tensorsOf(theirs))]
      expect([...a.keys()]).toEqual([...b.keys()])
      for (const [path, values] of b)
        values.forEach((x, j) => {
          const error = Math.abs(a.get(path)![j]! - x) / Math.max(1, Math.abs(x))
          expect(error, `${path} after step ${i + 1}`).toBeLessThan(1e-4)
        })
      release([tensorsOf(state), tensorsOf(ours), ...data.map(d => ({ ...d }))] as never, tensorsOf(theirs))
      state = theirs
    }
    release(tensorsOf(state))
    await prepared.release?.()
  })
})
