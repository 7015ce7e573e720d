import '@tensorflow/tfjs-backend-cpu'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseRecipe, realise, realiseData, withFacts } from './recipe.ts'
import { makeRegistry } from './registry.ts'

beforeAll(() => setBackend('cpu'))

const registry = makeRegistry()

describe('recipes', () => {
  it.each(['ring', 'mnist', 'dcgan'])('%s is a sound recipe whose names are all known', name => {
    const recipe = parseRecipe(JSON.parse(JSON.stringify(registry.make('recipes', name))))
    const facts = name === 'ring' ? { shape: [2], classes: 8 } : { shape: [28, 28, 1], classes: 10 }
    const { game, dynamics, sampler } = realise(recipe, registry, facts)
    expect(Object.keys(game)).toEqual(['critic', 'generator'])
    expect(dynamics.draws).toBe(1)
    expect(sampler?.player).toBe('generator')
    for (const evaluation of recipe.evaluate ?? [])
      expect(registry.make('evaluations', evaluation)).toBeTypeOf('function')
  })

  it('keep what their data turned out to be', async () => {
    const recipe = registry.make('recipes', 'ring')
    const known = withFacts(recipe, await realiseData(recipe, registry))
    expect(known.facts.shape).toEqual([2])
    expect(parseRecipe(JSON.parse(JSON.stringify(known))).facts).toEqual(
      JSON.parse(JSON.stringify(known.facts)),
    )
  })

  it('may name dynamics around dynamics, and optimizers within them', () => {
    const named = (dynamics: unknown) =>
      realise({ ...registry.make('recipes', 'ring'), dynamics }, registry, { shape: [2] }).dynamics
    const inner = { name: 'optimistic', dynamics: { name: 'alternating', order: { critic: 3 } } }
    expect(named({ name: 'lookahead', k: 10, dynamics: inner }).draws).toBe(3)
    expect(named({ name: 'unrolled', inner: { name: 'sgd', rate: 0.1 } }).draws).toBe(1)
    expect(() => named({ name: 'unrolled', inner: 'adam' })).toThrow(
      'recipe.dynamics: unrolled: the inner optimizer is not differentiable',
    )
    expect(() => named({ name: 'twoTimeScale' })).toThrow('recipe.dynamics.factors: must be given')
    expect(() => named({ name: 'lookahead', k: 0 })).toThrow('recipe.dynamics: lookahead: k must be')
  })

  it('may give each player an optimizer of its own', () => {
    const recipe = {
      ...registry.make('recipes', 'ring'),
      optimizer: { players: { critic: { name: 'sgd', rate: 0.1 }, generator: 'adam' } },
    }
    const { optimizer } = realise(recipe, registry, { shape: [2] })
    expect(Object.keys(optimizer)).toEqual(['critic', 'generator'])
  })

  it.each([
    [{ facts: { shape: [2], range: [1, -1] } }, 'facts: expected a record of facts'],
    [{ facts: { shape: [0], range: [-1, 1] } }, 'facts: expected a record of facts'],
    [{ every: { log: 0 } }, 'every: expected a record of positive integers'],
    [{ every: { logs: 3 } }, 'every: unknown field "logs"; did you mean "log"?'],
    [{ plugins: 'mine' }, 'plugins: expected a list of strings'],
    [{ seed: 1.5 }, 'seed: expected a non-negative integer, got 1.5'],
  ])('refuse %j', (wrong, message) => {
    expect(() => parseRecipe({ ...registry.make('recipes', 'ring'), ...wrong })).toThrow(message)
  })
})
