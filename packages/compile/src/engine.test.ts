import '@tensorflow/tfjs-backend-cpu'
import { mlp } from '@equilibria/architectures'
import {
  type Batch,
  draw,
  eager,
  gan,
  gaussianLatent,
  type Key,
  key,
  type Latent,
  type Loss,
  makeStep,
  normal,
  release,
  sgd,
  simultaneous,
  tensorsOf,
  uniforms,
} from '@equilibria/core'
import { nonSaturating } from '@equilibria/losses'
import { memory, mul, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { numbersOf, useWasm } from './compare.fixture.ts'
import { compiled } from './engine.ts'
import { onnxruntimeNode } from './targets/onnxruntime-node.ts'
import { TooLarge } from './too-large.ts'

const target = await onnxruntimeNode({ threads: 1 }).catch((e: Error) => e)
if (target instanceof Error) console.warn(`skipped: ${target.message}`)

beforeAll(useWasm)

const stepOf = (loss: Loss, latent: Latent = gaussianLatent(2)) =>
  makeStep({
    game: gan({
      generator: mlp.generator({ shape: [3], dimensions: 2, hidden: [5] }),
      critic: mlp.critic({ shape: [3], hidden: [5] }),
      latent,
      loss,
    }),
    dynamics: simultaneous(),
    optimizer: sgd(0.1),
  })
const batchOf = (n: number): Batch => ({ data: normal(key(n), [n, 3]) })

describe.skipIf(target instanceof Error)('compiled on onnxruntime-node', () => {
  const on = target as Exclude<typeof target, Error>

  test('says which plan runs: the same of the same step, another of another', async () => {
    const nameOf = async (loss: Loss) => {
      const step = stepOf(loss)
      const [state, batch] = [step.init(1), batchOf(4)]
      const prepared = await compiled(on).prepare(step, { state, batches: [batch] })
      release([tensorsOf(state), { ...batch }])
      await prepared.release?.()
      return prepared.name
    }
    const name = await nameOf(nonSaturating())
    expect(name).toMatch(/^compiled: onnxruntime-node .*, plan [0-9a-f]{6}$/)
    expect(await nameOf(nonSaturating())).toBe(name)
    expect(await nameOf(nonSaturating({ realLabel: 0.9 }))).not.toBe(name)
  })

  test('batches of another size are compiled anew', async () => {
    const step = stepOf(nonSaturating())
    const state = step.init(1)
    const first = batchOf(4)
    const prepared = await compiled(on).prepare(step, { state, batches: [first] })
    const before = memory().numTensors
    for (const n of [4, 6, 4]) {
      const batch = batchOf(n)
      const [ours, theirs] = [await prepared.advance(state, [batch]), step.next(state, [batch])]
      const [a, b] = [await numbersOf(tensorsOf(ours)), await numbersOf(tensorsOf(theirs))]
      for (const [path, values] of b)
        values.forEach((x, i) => {
          expect(a.get(path)![i], path).toBeCloseTo(x, 5)
        })
      release([tensorsOf(ours), tensorsOf(theirs), { ...batch }])
      expect(memory().numTensors).toBe(before)
    }
    release([tensorsOf(state), { ...first }])
    await prepared.release?.()
  })

  test('a step whose noise is not seen runs eagerly, and says why', async () => {
    const of = async (numbers: (k: Key, n: number) => Float32Array) => {
      const latent: Latent = { dimensions: 2, draw: (k, n) => tensor(numbers(k, 2 * n), [n, 2]) }
      const step = stepOf(nonSaturating(), latent)
      const [state, batch] = [step.init(1), batchOf(4)]
      const prepared = await compiled(on).prepare(step, { state, batches: [batch] })
      release([tensorsOf(state), { ...batch }])
      await prepared.release?.()
      return prepared
    }
    const loose = await of(uniforms)
    expect(loose.name).toBe(eager().name)
    expect(loose.notes?.join()).toMatch(/random numbers of the step are made by bits\(\).*draw\(key, make\)/)
    const noted = await of((k, n) => draw(k, own => uniforms(own, n)))
    expect(noted.name).toMatch(/^compiled/)
  })

  test('a step that reads runs eagerly, and says why', async () => {
    const plain = nonSaturating()
    const reading: Loss = {
      ...plain,
      critic: (real, fake) => mul(plain.critic(real, fake), 1 + 0 * real.dataSync()[0]!),
    }
    const step = stepOf(reading)
    const [state, batch] = [step.init(1), batchOf(4)]
    const prepared = await compiled(on).prepare(step, { state, batches: [batch] })
    expect(prepared.name).toBe(eager().name)
    expect(prepared.notes?.join()).toMatch(/^the step runs eagerly, not compiled: .*reads a tensor's values/)
    const [ours, theirs] = [await prepared.advance(state, [batch]), step.next(state, [batch])]
    expect(await numbersOf(tensorsOf(ours))).toEqual(await numbersOf(tensorsOf(theirs)))
    release([tensorsOf(state), tensorsOf(ours), tensorsOf(theirs), { ...batch }])
    await prepared.release?.()
  })

  test('what would not fit is refused before anything runs, with the figures', async () => {
    const step = stepOf(nonSaturating())
    const [state, batch] = [step.init(1), batchOf(4)]
    const full = { ...on, available: () => 0 }
    const prepared = compiled(full).prepare(step, { state, batches: [batch] })
    await expect(prepared).rejects.toThrow(TooLarge)
    await expect(prepared).rejects.toThrow(/needs about \d+ MB .*, and 0 MB are free: use a smaller batch/)
    release([tensorsOf(state), { ...batch }])
  })

  test('what no memory can hold is refused as well, and not run eagerly', async () => {
    const step = stepOf(nonSaturating())
    const [state, batch] = [step.init(1), batchOf(4)]
    class Memory {
      constructor() {
        throw new RangeError('could not allocate memory')
      }
    }
    vi.stubGlobal('WebAssembly', { ...WebAssembly, Memory })
    const prepared = compiled(on).prepare(step, { state, batches: [batch] })
    await expect(prepared).rejects.toThrow(TooLarge)
    vi.unstubAllGlobals()
    release([tensorsOf(state), { ...batch }])
  })
})
