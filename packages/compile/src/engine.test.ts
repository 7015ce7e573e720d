import '@tensorflow/tfjs-backend-cpu'
import { registerWasmKernels } from '@equilibria/backends'
import {
  alternating,
  fold,
  key,
  makeStep,
  release,
  type State,
  sgd,
  simultaneous,
  tensorsOf,
} from '@equilibria/core'
import { memory, setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  batchOf,
  imageSubjects,
  keepsGradients,
  numbersOf,
  type Subject,
  subjects,
} from './engine.fixture.ts'
import { compiled } from './engine.ts'
import { onnxruntimeNode } from './targets/onnxruntime-node.ts'

const target = await onnxruntimeNode({ threads: 2 }).catch((e: Error) => e)
if (target instanceof Error) console.warn(`skipped: ${target.message}`)
const engine = target instanceof Error ? undefined : compiled(target)

beforeAll(async () => {
  await import('@tensorflow/tfjs-backend-wasm')
  await setBackend('wasm')
  registerWasmKernels()
})

const norm = (numbers: Iterable<number>) => {
  let sum = 0
  for (const x of numbers) sum += x * x
  return Math.sqrt(sum)
}

const steps = ({
  game,
  shape,
  dynamics = alternating({ critic: 1 }),
  optimizer = sgd(shape.length > 1 ? 1e-3 : 0.05),
  slots = {},
}: Subject) => ({
  step: makeStep({ game, dynamics, optimizer, slots }),
  probe: makeStep({ game, dynamics: simultaneous(), optimizer: keepsGradients }),
})

/** Compares compiled and eager gradients and costs from the same states along an eager trajectory. */
async function compare(
  subject: Subject,
  { n, states, seed = 1 }: { n: number; states: number; seed?: number },
) {
  const { step, probe } = steps(subject)
  const draw = (at: number, count: number) =>
    Array.from({ length: count }, (_, d) => batchOf(subject, n, fold(key(seed), 'data'), at * count + d))
  let state = step.init(seed)
  const first = probe.init(seed)
  const prepared = await engine!.prepare(probe, { state: first, batches: draw(0, 1) })
  expect(prepared.notes ?? []).toEqual([])
  let cost = 0
  let gradient = 0
  for (let i = 0; i < states; i++) {
    const here: State = {
      ...first,
      step: state.step,
      key: state.key,
      params: state.params,
      memory: state.memory,
    }
    const batches = draw(i, 1)
    const [ours, theirs] = [
      await prepared.advance(here as never, batches),
      probe.next(here as never, batches),
    ]
    const [a, b] = [await numbersOf(ours.stats), await numbersOf(theirs.stats)]
    expect([...a.keys()]).toEqual([...b.keys()])
    for (const [path, [x]] of b)
      cost = Math.max(cost, Math.abs(a.get(path)![0]! - x!) / Math.max(1, Math.abs(x!)))
    for (const player of step.players) {
      const [g, h] = [await numbersOf(ours.optimizers[player]!), await numbersOf(theirs.optimizers[player]!)]
      const difference = [...h].flatMap(([path, values]) => {
        const mine = g.get(path)!
        return Array.from(values, (v, j) => v - mine[j]!)
      })
      const whole = norm([...h.values()].flatMap(values => [...values]))
      expect(whole, `gradient of ${player} at state ${i}`).toBeGreaterThan(0)
      gradient = Math.max(gradient, norm(difference) / whole)
    }
    release([tensorsOf(ours), tensorsOf(theirs)], tensorsOf(here))
    const next = step.next(state, draw(i, step.draws))
    release(tensorsOf(state), tensorsOf(next))
    state = next
  }
  await prepared.release?.()
  return { cost, gradient }
}

describe.skipIf(!engine)('compiled on onnxruntime-node', () => {
  test.each(subjects)('$name: costs and gradients are those of eager', async subject => {
    const { cost, gradient } = await compare(subject, { n: 64, states: 20 })
    expect(cost).toBeLessThan(1e-5)
    expect(gradient).toBeLessThan(1e-4)
  })

  test.each(imageSubjects)('$name: costs and gradients are those of eager', async subject => {
    const { cost, gradient } = await compare(subject, { n: 8, states: 3 })
    expect(cost).toBeLessThan(1e-5)
    expect(gradient).toBeLessThan(1e-4)
  })

  test.each([...subjects, imageSubjects[0]!])('$name: a whole step is that of eager', async subject => {
    const { step } = steps(subject)
    const batches = (at: number) =>
      Array.from({ length: step.draws }, (_, d) => batchOf(subject, 8, key(3), at * step.draws + d))
    let state = step.init(2)
    const prepared = await engine!.prepare(step, { state, batches: batches(0) })
    expect(prepared.notes ?? []).toEqual([])
    let tensors: number | undefined
    for (let i = 0; i < 6; i++) {
      const data = batches(i)
      const expected = step.next(state, data)
      const [a, b] = [await prepared.advance(state, data), expected]
      const [mine, theirs] = [await numbersOf(tensorsOf(a)), await numbersOf(tensorsOf(b))]
      expect([...mine.keys()]).toEqual([...theirs.keys()])
      expect(a.step).toBe(b.step)
      const [moved, apart] = [0, 0].map(() => [] as number[])
      for (const [path, values] of theirs)
        values.forEach((v, j) => {
          apart!.push(v - mine.get(path)![j]!)
          moved!.push(v)
        })
      expect(norm(apart!) / norm(moved!)).toBeLessThan(1e-4)
      release([tensorsOf(state), tensorsOf(b), data.map(d => ({ ...d }))] as never)
      state = a
      tensors ??= memory().numTensors
      expect(memory().numTensors).toBe(tensors)
    }
    release(tensorsOf(state))
    await prepared.release?.()
  })
})
