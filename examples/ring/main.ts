import { mkdirSync, writeFileSync } from 'node:fs'
import { useBackend } from '@equilibria/backends'
import { release, tensorsOf } from '@equilibria/core'
import { consoleLogger, train } from '@equilibria/trainers'
import {
  makeRegistry,
  picture,
  realise,
  realiseData,
  ringRecipe,
  sample,
  trainedOf,
  withFacts,
} from 'equilibria'

await useBackend('auto')
const registry = makeRegistry()
const data = await realiseData(ringRecipe, registry)
const recipe = withFacts({ ...ringRecipe, steps: Number(process.env.STEPS ?? ringRecipe.steps) }, data)
const { sampler: _, ...parts } = realise(recipe, registry, recipe.facts)
const { state } = await train({
  ...parts,
  data,
  steps: recipe.steps,
  batch: recipe.batch,
  loggers: [consoleLogger()],
})

const trained = trainedOf(recipe, registry, recipe.facts, state)!
const points = sample(trained, { seed: 1, n: 2500 })
const real = await data.at({ step: 0, n: 2500, key: [0, 0] })
const host = async (t: typeof points) => ({ data: (await t.data()) as Float32Array, shape: t.shape })
mkdirSync('runs', { recursive: true })
writeFileSync(
  'runs/ring.png',
  picture(await host(points), { range: recipe.facts.range, real: await host(real.data) }),
)
console.log('real points in grey, generated ones in blue: runs/ring.png')
release(tensorsOf(state))
