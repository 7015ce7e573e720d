import { useBackend } from '@equilibria/backends'
import { key, normals, uniforms } from '@equilibria/core'
import { train } from '@equilibria/trainers'
import { makeRegistry, realise, realiseData, ringRecipe, sample, trainedOf, withFacts } from 'equilibria'

/** What a browser and Node must agree on; run in both. */
export async function trainRing(backend: string, steps: number, options: object = {}) {
  const report = await useBackend(backend, options)
  const registry = makeRegistry()
  const data = await realiseData(ringRecipe, registry)
  const recipe = withFacts(ringRecipe, data)
  const { sampler: _, ...parts } = realise(recipe, registry, recipe.facts)
  const costs: number[] = []
  const { state } = await train({
    ...parts,
    data,
    steps,
    batch: 64,
    seed: 5,
    every: { log: 1 },
    loggers: [{ log: entry => void costs.push(entry.stats.critic!.cost!) }],
  })
  const trained = trainedOf(recipe, registry, recipe.facts, state)!
  return {
    backend: report.name,
    costs,
    sample: [...(await sample(trained, { seed: 1, n: 2 }).data())],
    words: [...new Uint32Array(normals(key(3), 64).buffer), ...new Uint32Array(uniforms(key(4), 64).buffer)],
  }
}
