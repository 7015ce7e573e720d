import { useBackend } from '@equilibria/backends'
import { release, tensorsOf } from '@equilibria/core'
import { train } from '@equilibria/trainers'
import { memory } from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { evaluateTrained } from '../evaluation.ts'
import { realise, realiseData, withFacts } from '../recipe.ts'
import { makeRegistry } from '../registry.ts'
import { trainedOf } from '../trained.ts'
import { ring } from './ring.ts'

it('learns all eight modes in the first quarter of its steps, and leaves no tensors behind', async () => {
  await useBackend('wasm')
  const registry = makeRegistry()
  const data = await realiseData(ring, registry)
  const recipe = withFacts(ring, data)
  const { sampler: _, ...parts } = realise(recipe, registry, recipe.facts)
  const before = memory().numTensors
  const { state } = await train({ ...parts, data, steps: 1000, batch: recipe.batch })
  const trained = trainedOf(recipe, registry, recipe.facts, state)!
  const [verdict] = await evaluateTrained(trained, recipe, { registry, data })
  release(trained.memory)
  release(tensorsOf(state))
  expect(verdict!.numbers.modes).toBe(8)
  expect(verdict!.numbers.reverseKl).toBeLessThan(0.1)
  // The whole run ends above 90 %; the rate is still high here. Untrained it is none at all.
  expect(verdict!.numbers.highQuality).toBeGreaterThan(0.2)
  expect(memory().numTensors).toBe(before)
}, 90_000)
