/**
 * Our column of the bench: an engine on a backend.
 *
 *     ours.ts --model dcgan --engine eager --backend wasm --batch 64 --threads 2
 */
import { parseArgs } from 'node:util'
import { useBackend } from '@equilibria/backends'
import {
  type Batch,
  countParameters,
  type Engine,
  eager,
  fold,
  key,
  release,
  sampling,
  scoped,
  standing,
  tensorsOf,
  uniform,
} from '@equilibria/core'
import { getBackend, version_core } from '@tensorflow/tfjs-core'
import { gpuOf, nvidiaModels, ownDrivers } from '../packages/compile/src/targets/drivers.ts'
import { models, stepOf } from './models.ts'
import type { ModelName } from './options.ts'
import { serve, type Trainee } from './protocol.ts'

const { values: given } = parseArgs({
  options: {
    model: { type: 'string', default: 'mlp' },
    engine: { type: 'string', default: 'eager' },
    backend: { type: 'string', default: 'wasm' },
    batch: { type: 'string', default: '64' },
    threads: { type: 'string', default: '2' },
  },
})

/** The library that a step runs on and its version, as the step's name tells them, where it is compiled. */
function versionsOf(name: string): Record<string, string> {
  const [, library, version] = /(onnxruntime-\w+) (\S+)/.exec(name) ?? []
  return library && version ? { [library]: version } : {}
}

/** An engine by name; the compiler is imported only where it is wanted. */
async function engineOf(name: string, threads: number): Promise<Engine> {
  if (name === 'eager') return eager()
  const { useEngine } = await import('@equilibria/compile/node')
  return (await useEngine(name, { threads })).engine
}

await serve(async (): Promise<Trainee> => {
  const [n, threads] = [Number(given.batch), Number(given.threads)]
  const backend = await useBackend(given.backend, { threads })
  const engine = await engineOf(given.engine, threads)
  const model = models[given.model as ModelName]()
  const step = stepOf(model)
  const batch: Batch = { data: uniform(key(1), [n, ...model.shape], -1, 1) }
  let state = step.init(0)
  const prepared = await engine.prepare(step, { state, batches: [batch] })
  // Its row would show what another engine does.
  if (given.engine !== 'eager' && prepared.name === 'eager')
    throw new Error(prepared.notes?.join(' ') ?? 'the step runs eagerly, not compiled')
  const memory = standing(model.generator, state.params.generator, {
    latent: model.latent,
    key: key(2),
    n,
    batches: 1,
  })
  let drawn = 0
  return {
    parameters: {
      generator: countParameters(state.params.generator),
      critic: countParameters(state.params.critic),
    },
    versions: {
      node: process.version,
      'tfjs-core': version_core,
      [`backend ${getBackend()}`]: backend.library,
      ...versionsOf(prepared.name),
      ...(backend.adapter && { adapter: backend.device }),
      ...(/-(webgpu|cuda)$/.test(given.engine) && {
        GPU: gpuOf(ownDrivers(), nvidiaModels()) ?? 'none is known',
      }),
    },
    notes: prepared.notes ?? [],
    async step(count) {
      for (let i = 0; i < count; i++) {
        const next = await prepared.advance(state, [batch])
        release(tensorsOf(state), tensorsOf(next))
        state = next
      }
      await state.stats.generator.cost!.data()
    },
    async sample(rows) {
      const images = scoped(() =>
        model.generator.apply(
          state.params.generator,
          model.latent.draw(fold(key(3), drawn++), rows),
          sampling(memory),
        ),
      )
      await images.data()
      images.dispose()
    },
  }
})
