import { useBackend } from '@equilibria/backends'
import { compiled, onnxruntimeWeb } from '@equilibria/compile'
import {
  alternating,
  type Batch,
  eager,
  fold,
  type Key,
  key,
  makeStep,
  normal,
  release,
  type Tree,
  tensorsOf,
} from '@equilibria/core'
import { type Tensor, tensor1d } from '@tensorflow/tfjs-core'
import { makeRegistry, type Recipe, realise, realiseData, ringRecipe, withFacts } from 'equilibria'
import { recipes } from '../../examples/browser/src/worker/recipes.ts'

export interface Runner {
  readonly game: 'ring' | 'digits'
  /** Compiled with so many threads, eager with as many as there are if not given. */
  readonly threads?: number
}

/** Rows like MNIST's. What they show does not matter to the speed. */
const noise = {
  at: ({ step, n, key }: { step: number; n: number; key: Key }): Batch => ({
    data: normal(fold(key, step), [n, 28, 28, 1]),
    labels: tensor1d(
      Array.from({ length: n }, (_, i) => i % 10),
      'int32',
    ),
  }),
}

/** The games of the example's page. */
const parts = async (game: Runner['game']) => {
  const registry = makeRegistry()
  const data = game === 'ring' ? await realiseData(ringRecipe, registry) : noise
  const recipe: Recipe =
    game === 'ring'
      ? withFacts(ringRecipe, data as never)
      : { ...recipes.get('digits')!, facts: { shape: [28, 28, 1], classes: 10, range: [-1, 1] } }
  const { game: played, dynamics, optimizer, slots } = realise(recipe, registry, recipe.facts!)
  const step = makeStep({ game: played, dynamics: dynamics ?? alternating(), optimizer, slots })
  return { data, step, batch: recipe.batch ?? 64 }
}

async function start({ game, threads }: Runner) {
  await useBackend('wasm', { wasmPaths: '/wasm/' })
  const { data, step, batch } = await parts(game)
  const fetch = (t: number) =>
    Promise.all(
      Array.from({ length: step.draws }, (_, d) =>
        data.at({ step: t * step.draws + d, n: batch, key: key(3) }),
      ),
    )
  let state = step.init(1)
  const first = await fetch(0)
  const engine = threads ? compiled(await onnxruntimeWeb({ threads })) : eager()
  const prepared = await engine.prepare(step, { state, batches: first })
  if (prepared.notes?.length) throw new Error(prepared.notes.join('\n'))
  release(first as unknown as Tree)
  let t = 0
  const turn = async (steps: number) => {
    const began = performance.now()
    for (const end = t + steps; t < end; t++) {
      const batches = await fetch(t)
      const next = await prepared.advance(state, batches)
      release([tensorsOf(state), batches as unknown as Tree], tensorsOf(next))
      state = next
      // As the trainer does.
      await Promise.all(
        Object.values(state.stats).flatMap(of => Object.values(of).map(x => (x as Tensor).data())),
      )
    }
    return (performance.now() - began) / steps
  }
  return { name: prepared.name, turn }
}

let running: Awaited<ReturnType<typeof start>>
const answer = async (asked: Runner | number) => {
  if (typeof asked === 'number') return running.turn(asked)
  running = await start(asked)
  return running.name
}

self.onmessage = ({ data }: MessageEvent<Runner | number>) =>
  answer(data).then(
    result => self.postMessage({ result }),
    error => self.postMessage({ error: String(error) }),
  )
