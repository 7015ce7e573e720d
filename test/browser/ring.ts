import { useBackend } from '@equilibria/backends'
import { compiled, onnxruntimeWeb } from '@equilibria/compile'
import { eager, key, normals, uniforms } from '@equilibria/core'
import { train } from '@equilibria/trainers'
import { makeRegistry, realise, realiseData, ringRecipe, sample, trainedOf, withFacts } from 'equilibria'

/** What a browser and Node must agree on; run in both. Compiled for a provider of onnxruntime-web, and at a rate of its own, if given. */
export async function trainRing(
  backend: string,
  steps: number,
  options: object = {},
  { provider, rate }: { readonly provider?: 'wasm' | 'webgpu'; readonly rate?: number } = {},
) {
  const report = await useBackend(backend, options)
  const registry = makeRegistry()
  const data = await realiseData(ringRecipe, registry)
  const recipe = withFacts(
    rate === undefined ? ringRecipe : { ...ringRecipe, optimizer: { name: 'adam', rate } },
    data,
  )
  const { sampler: _, ...parts } = realise(recipe, registry, recipe.facts)
  const costs: number[] = []
  const times: number[] = []
  const { state, engine } = await train({
    ...parts,
    data,
    steps,
    engine: provider ? compiled(await onnxruntimeWeb({ provider })) : eager(),
    batch: 64,
    seed: 5,
    every: { log: 1 },
    loggers: [
      {
        log: ({ stats, seconds }) => {
          costs.push(stats.critic!.cost!)
          times.push(seconds)
        },
      },
    ],
  })
  const trained = trainedOf(recipe, registry, recipe.facts, state)!
  return {
    backend: report.name,
    engine,
    // The first step compiles.
    stepsPerSecond: (steps - 1) / (times.at(-1)! - times[0]!),
    costs,
    sample: [...(await sample(trained, { seed: 1, n: 2 }).data())],
    words: [...new Uint32Array(normals(key(3), 64).buffer), ...new Uint32Array(uniforms(key(4), 64).buffer)],
  }
}
