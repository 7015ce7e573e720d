import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { dcgan, mlp, spectralNorm, weightNorm } from '@equilibria/architectures'
import { registerWasmKernels } from '@equilibria/backends'
import { compiled } from '@equilibria/compile'
import { onnxruntimeNode } from '@equilibria/compile/node'
import {
  alternating,
  type Batch,
  entries,
  type GanParts,
  gan,
  gaussianLatent,
  makeStep,
  maxNorm,
  normal,
  type Optimizer,
  optimised,
  release,
  type State,
  sgd,
  tensorsOf,
  truncated,
  weightClipping,
} from '@equilibria/core'
import {
  dragan,
  every,
  featureMatching,
  historicalAveraging,
  improvedConsistency,
  latentTransport,
  leCam,
  modeSeeking,
  nonSaturating,
  orthogonalPenalty,
  pathLength,
} from '@equilibria/losses'
import { memoryStore, train } from '@equilibria/trainers'
import { setBackend, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'

const target = await onnxruntimeNode({ threads: 1 }).catch((e: Error) => e)
if (target instanceof Error) console.warn(`skipped: ${target.message}`)

beforeAll(async () => {
  await setBackend('wasm')
  registerWasmKernels()
})

interface Subject {
  readonly parts: GanParts
  readonly row: readonly number[]
  readonly optimizer: Optimizer
}

const image = [8, 8, 1]
const icr = improvedConsistency({ generator: 0.01 })
const subjects: Record<string, Subject> = {
  'points: terms with and without state, moved latents, max-norm': {
    row: [6],
    optimizer: maxNorm(1, sgd(0.01)),
    parts: {
      generator: mlp.generator({ shape: [6], dimensions: 4, hidden: [12] }),
      critic: weightNorm(mlp.critic({ shape: [6], hidden: [12] })),
      latent: optimised({ share: 0.5 }, truncated(1.5, gaussianLatent(4))),
      loss: nonSaturating(),
      criticTerms: { dragan: dragan(), leCam: leCam(), past: historicalAveraging() },
      generatorTerms: {
        match: featureMatching({ layers: 'all' }),
        modes: modeSeeking(),
        paths: every(2, pathLength()),
        transport: latentTransport(),
      },
    },
  },
  'pictures: ICR, orthogonal kernels, spectral norm, clipped weights': {
    row: image,
    optimizer: weightClipping(0.2, sgd(0.01)),
    parts: {
      generator: dcgan.generator({ shape: image, dimensions: 3, width: 4, batchNorm: false }),
      critic: spectralNorm(dcgan.critic({ shape: image, width: 4 })),
      latent: gaussianLatent(3),
      loss: nonSaturating(),
      generatorTerms: icr.generatorTerms,
      criticTerms: { ...icr.criticTerms, orthogonal: orthogonalPenalty({ weight: 0.1 }) },
    },
  },
}

const batchAt = (row: readonly number[], step: number): Batch => ({ data: normal([5, step], [4, ...row]) })
const stepOf = ({ parts, optimizer }: Subject) =>
  makeStep({ game: gan(parts), dynamics: alternating(), optimizer })

const numbers = async (state: State) =>
  Promise.all(
    entries<Tensor>(tensorsOf(state)).map(async ([path, t]) => [path, [...(await t.data())]] as const),
  )

describe.skipIf(target instanceof Error)('compiled whole, a step is the eager one within rounding', () => {
  it.each(Object.keys(subjects))('%s', async name => {
    const subject = subjects[name]!
    const step = stepOf(subject)
    const [batches, engine] = [(i: number) => [batchAt(subject.row, i)], compiled(target as never)]
    let eager = step.init(1) as unknown as State
    let ours = step.init(1) as unknown as State
    const prepared = await engine.prepare(step as never, { state: eager, batches: batches(0) } as never)
    expect(prepared.notes ?? []).toEqual([])
    for (let i = 0; i < 4; i++) {
      eager = step.next(eager as never, batches(i)) as unknown as State
      ours = (await prepared.advance(ours as never, batches(i) as never)) as unknown as State
      const [expected, found] = [await numbers(eager), await numbers(ours)]
      for (const [j, [path, values]] of expected.entries())
        for (const [k, v] of values.entries())
          expect(Math.abs(found[j]![1][k]! - v), `${path} at step ${i}`).toBeLessThan(
            1e-5 * (1 + Math.abs(v)),
          )
    }
  })
})

describe('what terms remember is saved', () => {
  it('4 + 3 steps through a checkpoint are 7 steps, bit for bit', async () => {
    const subject = Object.values(subjects)[0]!
    const options = {
      game: gan(subject.parts),
      dynamics: alternating(),
      optimizer: subject.optimizer,
      data: { at: ({ step }: { step: number }) => batchAt(subject.row, step) },
      batch: 4,
      seed: 2,
    }
    const whole = await train({ ...options, steps: 7 })
    const store = memoryStore()
    release(tensorsOf((await train({ ...options, steps: 4, store })).state))
    const second = await train({ ...options, steps: 7, store })
    expect(second.from).toBe(4)
    const paths = (await numbers(second.state as never)).map(([path]) => path)
    expect(paths).toEqual(expect.arrayContaining(['slots/critic/leCam/real', 'slots/generator/paths/length']))
    expect(await numbers(second.state as never)).toEqual(await numbers(whole.state as never))
  })
})
