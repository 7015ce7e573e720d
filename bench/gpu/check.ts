/**
 * One column's check, in a process of its own: a step on the GPU and the same step, eager, on the processor by wasm. From a second step on,
 * deep networks with second derivatives differ by more than rounding: where a unit's sign turns, so does its gradient.
 *
 *     check.ts --model mlp --engine eager --backend webgpu --batch 4 --steps 1
 *
 * The last line is JSON: `{ "device", "software", "error" }` or `{ "absent", "missing" }`.
 */
import { parseArgs } from 'node:util'
import { useBackend } from '@equilibria/backends'
import { useEngine } from '@equilibria/compile/node'
import { type Engine, eager, key, leaves, release, tensorsOf, uniform } from '@equilibria/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { gpuOf, nvidiaModels, ownDrivers } from '../../packages/compile/src/targets/drivers.ts'
import { models, stepOf } from '../models.ts'
import type { ModelName } from '../options.ts'

/** What a check found: what really ran, and how far from the processor its parameters moved, in moves; or why it did not run. */
export type Finding =
  | { readonly device: string; readonly software: boolean; readonly error: number }
  | {
      readonly absent: string
      /** It cannot be had here at all. */
      readonly missing: boolean
    }

/** Adam's epsilon here: with the usual one a gradient that is nothing but rounding, as a bias's before batch norm, makes a whole move. */
const EPSILON = 1e-3

const { values: given } = parseArgs({
  options: {
    model: { type: 'string', default: 'mlp' },
    engine: { type: 'string', default: 'eager' },
    backend: { type: 'string', default: 'webgpu' },
    batch: { type: 'string', default: '4' },
    steps: { type: 'string', default: '1' },
  },
})

/** The change of all parameters after some steps. Throws if the engine does not run them. */
async function moved(engine: Engine): Promise<Float32Array> {
  const model = models[given.model as ModelName]()
  const step = stepOf(model, { epsilon: EPSILON })
  const batch = { data: uniform(key(1), [Number(given.batch), ...model.shape], -1, 1) }
  let state = step.init(0)
  const read = async () => {
    const parts = await Promise.all(leaves<Tensor>(state.params).map(tensor => tensor.data()))
    return parts.flatMap(part => Array.from(part as Float32Array))
  }
  const from = await read()
  const prepared = await engine.prepare(step, { state, batches: [batch] })
  // A step that was not compiled after all does not run where its column says.
  if (engine.name !== 'eager' && prepared.name === 'eager') throw new Error(prepared.notes?.join(' '))
  for (let i = 0; i < Number(given.steps); i++) {
    const next = await prepared.advance(state, [batch])
    release(tensorsOf(state), tensorsOf(next))
    state = next
  }
  const to = await read()
  release(tensorsOf(state))
  batch.data.dispose()
  return Float32Array.from(to, (x, i) => x - from[i]!)
}

const absent = (missing: boolean) => (e: unknown) => ({
  absent: e instanceof Error ? e.message : String(e),
  missing,
})

/** The engine on its backend, if they can be had. */
async function reach() {
  const { adapter, device } = await useBackend(given.backend)
  const { engine } = await useEngine(given.engine)
  return { adapter, device, engine }
}

async function compared({ adapter, device, engine }: Awaited<ReturnType<typeof reach>>): Promise<Finding> {
  const ours = await moved(engine)
  // The runtime does not tell which adapter its provider took: the drivers that it loaded do.
  const drivers = ownDrivers()
  const own = adapter
    ? { device, software: adapter.software }
    : { device: gpuOf(drivers, nvidiaModels()) ?? 'no driver of a GPU', software: drivers.software }
  await useBackend('wasm')
  const theirs = await moved(eager())
  const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0))
  const error = norm(ours.map((x, i) => x - theirs[i]!)) / norm(theirs)
  // JSON has no NaN.
  return { ...own, error: Number.isNaN(error) ? Number.MAX_VALUE : error }
}

const had = await reach().catch(absent(true))
const finding: Finding = 'absent' in had ? had : await compared(had).catch(absent(false))
process.stdout.write(`\n${JSON.stringify(finding)}\n`, () => process.exit(0))
