import { makeStep, type Players, release, tensorsOf } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { memory, ones, setBackend, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { games, pair } from './games.fixture.ts'
import { parseRecipe, realise } from './recipe.ts'
import { makeRegistry } from './registry.ts'

beforeAll(() => setBackend('cpu'))

describe('games by name', () => {
  it.each(Object.entries(games))('%s plays from a recipe', (name, { game, players, sampler }) => {
    const recipe = parseRecipe({
      recipe: 1,
      data: 'ring',
      game: { name, ...game },
      dynamics: 'simultaneous',
      steps: 1,
      batch: 2,
    })
    const made = realise(recipe, makeRegistry(), { shape: [2], classes: 3 })
    expect(Object.keys(made.game)).toEqual(players)
    expect(made.sampler?.player).toBe(sampler)
    const step = makeStep<Players, never>(made as never)
    const batch = { data: ones([2, 2]), target: ones([2, 2]), labels: tensor1d([0, 2], 'int32') }
    const play = () => {
      const states = [step.init(1)]
      const alive: number[] = []
      for (let i = 0; i < 3; i++) {
        states.push(step.next(states[i]!, Array<never>(step.draws).fill(batch as never)))
        release(tensorsOf(states[i]!), tensorsOf(states[i + 1]!))
        alive.push(memory().numTensors)
      }
      const last = states.at(-1)!
      const costs = players.map(player => last.stats[player]!.cost!.dataSync()[0]!)
      release(tensorsOf(last))
      return { costs, alive }
    }
    const { costs, alive } = play()
    for (const [i, cost] of costs.entries()) expect(Number.isFinite(cost), players[i]).toBe(true)
    // Nothing is left behind from step to step, and a seed is a game.
    expect(alive[2]).toBe(alive[1])
    expect(play().costs).toEqual(costs)
  })

  it('is all that the registry knows', () => {
    expect(Object.keys(games).sort()).toEqual(makeRegistry().names('games'))
  })

  it('says which part is missing, and where', () => {
    const make = (game: object, facts = {}) =>
      makeRegistry().make('games', game, { shape: [2], ...facts }, 'recipe.game')
    expect(() => make({ name: 'bigan', ...pair })).toThrow('recipe.game.encoder: must be given')
    expect(() => make({ name: 'acGan', ...pair })).toThrow(
      'recipe.game: acGan: expected the number of classes, a whole number >= 2, got undefined; it needs data with labels',
    )
    expect(() => make({ name: 'infoGan', ...pair })).toThrow(
      'infoGan: needs latents with a code, codedLatent({ noise, categories, continuous })',
    )
  })
})
