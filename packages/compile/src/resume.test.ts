import '@tensorflow/tfjs-backend-cpu'
import { dcgan } from '@equilibria/architectures'
import { registerWasmKernels } from '@equilibria/backends'
import {
  adam,
  type Batch,
  type Engine,
  eager,
  fold,
  gan,
  gaussianLatent,
  type Key,
  lookahead,
  normal,
  release,
  sgd,
  tensorsOf,
} from '@equilibria/core'
import { every, historicalAveraging, leCam, nonSaturating, pathLength, r1 } from '@equilibria/losses'
import { ema, memoryStore, type Source, train } from '@equilibria/trainers'
import { memory, setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { numbersOf } from './compare.fixture.ts'
import { compiled } from './engine.ts'
import { onnxruntimeNode } from './targets/onnxruntime-node.ts'
import { onnxruntimeWeb } from './targets/onnxruntime-web.ts'

beforeAll(async () => {
  await import('@tensorflow/tfjs-backend-wasm')
  await setBackend('wasm')
  registerWasmKernels()
})

const shape = [8, 8, 1]
const data: Source<Batch> = {
  at: ({ step, n, key }: { step: number; n: number; key: Key }) => ({
    data: normal(fold(key, step), [n, ...shape], 0.2, 0.4),
  }),
}
// A state with something in all its parts: moments, averages, vectors of spectral norm, what dynamics and terms remember, a slot beside the game.
const parts = {
  game: gan({
    generator: dcgan.generator({ shape, dimensions: 4, width: 4 }),
    critic: dcgan.critic({ shape, width: 4, norm: 'spectral' }),
    latent: gaussianLatent(4),
    loss: nonSaturating(),
    criticTerms: { r1: every(2, r1(1)), leCam: leCam() },
    generatorTerms: { past: historicalAveraging(0.1), path: every(2, pathLength()) },
  }),
  dynamics: lookahead({ k: 2 }),
  optimizer: adam(1e-3, { beta1: 0.5 }),
  slots: { ema: ema(0.9, { rampup: 0.5 }) },
  data,
  batch: 4,
}

/** Play that rounding cannot turn: a move of Adam may go either way where a gradient is nothing but rounding. */
const steady = { ...parts, optimizer: sgd(0.05, { momentum: 0.5 }) }

const targets = await Promise.all(
  [['onnxruntime-node', onnxruntimeNode] as const, ['onnxruntime-web', onnxruntimeWeb] as const].map(
    async ([name, make]) => ({ name, target: await make({ threads: 2 }).catch((e: Error) => e) }),
  ),
)

describe.each(targets)('a run on $name', ({ target }) => {
  const absent = target instanceof Error
  if (absent) console.warn(`skipped: ${target.message}`)
  const engine = (): Engine => compiled(target as Exclude<typeof target, Error>)

  test.skipIf(absent)('continued is the run never stopped, bit for bit', async () => {
    const before = memory().numTensors
    const whole = await train({ ...parts, steps: 7, engine: engine() })
    const store = memoryStore()
    const half = await train({ ...parts, steps: 3, engine: engine(), store })
    release(tensorsOf(half.state))
    const rest = await train({ ...parts, steps: 7, engine: engine(), store })
    expect(rest.notes).toEqual(['continuing from step 3'])
    expect(whole.engine).toContain('compiled: ')
    expect(await numbersOf(tensorsOf(rest.state))).toEqual(await numbersOf(tensorsOf(whole.state)))
    release([tensorsOf(whole.state), tensorsOf(rest.state)])
    expect(memory().numTensors).toBe(before)
  })

  test.skipIf(absent).each([
    ['eager', () => eager(), engine],
    ['compiled', engine, () => eager()],
  ])('saved %s is continued by the other kind of engine, which says so', async (_, first, second) => {
    const store = memoryStore()
    const half = await train({ ...steady, steps: 3, engine: first(), store })
    release(tensorsOf(half.state))
    const rest = await train({ ...steady, steps: 6, engine: second(), store })
    expect(rest.notes.join('\n')).toContain('within rounding, but not bit-exact')
    const whole = await train({ ...steady, steps: 6, engine: eager() })
    const [a, b] = [await numbersOf(tensorsOf(rest.state)), await numbersOf(tensorsOf(whole.state))]
    expect([...a.keys()]).toEqual([...b.keys()])
    for (const [path, values] of b)
      values.forEach((x, i) => {
        const error = Math.abs(x - a.get(path)![i]!) / Math.max(1, Math.abs(x))
        expect(error, path).toBeLessThan(1e-4)
      })
    release([tensorsOf(whole.state), tensorsOf(rest.state)])
  })
})
