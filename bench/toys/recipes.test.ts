import '@tensorflow/tfjs-backend-cpu'
import { countParameters, key, release } from '@equilibria/core'
import { makeRegistry, parseRecipe, realise, realiseData, withFacts } from 'equilibria'
import { expect, test } from 'vitest'
import { toyNetworks } from './networks.ts'
import { dataNames, modesOf } from './protocol.ts'
import { recipeNames, recipes } from './recipes.ts'

const registry = makeRegistry(toyNetworks)

test.each(recipeNames.flatMap(name => dataNames.map(data => [name, data] as const)))(
  '%s on %s is a recipe of the protocol',
  async (name, dataName) => {
    const recipe = parseRecipe(recipes[name].recipe(dataName, 100))
    expect([recipe.batch, recipe.steps]).toEqual([100, 100])
    const data = await realiseData(recipe, registry)
    expect(data.size).toBe(100_000)
    expect((data as unknown as { modes: { centres: unknown[] } }).modes.centres).toHaveLength(
      modesOf[dataName],
    )
    const { game, sampler } = realise(recipe, registry, withFacts(recipe, data).facts)
    expect(sampler!.latent.dimensions).toBe(2)
    const [generator, critic] = ['generator', 'critic'].map(player => {
      const params = game[player]!.init(key(0))
      const count = countParameters(params)
      release(params)
      return count
    })
    // Kernels, gains and biases of batch norm, the last layer's bias; kernels and biases of maxout, the last layer.
    expect(generator).toBe(2 * 400 + 3 * 400 * 400 + 4 * 2 * 400 + 400 * 2 + 2)
    const inputs = name === 'pacgan2' ? 4 : 2
    expect(critic).toBe(5 * (inputs * 200 + 200 + 2 * (200 * 200 + 200)) + 200 + 1)
  },
)
