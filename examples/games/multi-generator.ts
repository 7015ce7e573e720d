// Several generators: four of them share four modes, and a classifier that reads who made a point keeps them apart.
import { mlp } from '@equilibria/architectures'
import { gaussianLatent, multiGenerator } from '@equilibria/core'
import { ring } from '@equilibria/datasets'
import { nonSaturating, r1 } from '@equilibria/losses'
import { context, learn, nearest, rowsOf, samplesKey, share } from './learn.ts'

export const steps = 600

export async function run(budget = steps) {
  const data = ring({ count: 4, deviation: 0.05 })
  const latent = gaussianLatent(2)
  const names = ['north', 'east', 'south', 'west']
  const network = mlp.generator({ shape: [2], dimensions: 2, hidden: [32] })
  const generators = Object.fromEntries(names.map(name => [name, network]))
  const critic = mlp.critic({ shape: [2], hidden: [64, 64] })
  const classifier = mlp.encoder({ shape: [2], dimensions: 4, hidden: [32] })
  const terms = { criticTerms: { r1: r1(0.1) } }
  const game = multiGenerator({ generators, critic, classifier, latent, loss: nonSaturating(), ...terms })
  const players = await learn(game, data, { steps: budget })
  const homes = []
  const shares = []
  for (const name of names) {
    const made = network.apply(players[name]!, latent.draw(samplesKey, 200), context())
    const modes = (await rowsOf(made)).map(point => nearest(point, data.modes.centres).mode)
    const counts = data.modes.centres.map((_, mode) => share(modes, m => m === mode))
    shares.push(Math.max(...counts))
    homes.push(counts.indexOf(Math.max(...counts)))
  }
  // How many modes are somebody's, and how much of what a generator makes lies at its own, at worst.
  return { homes: new Set(homes).size, faithful: Math.min(...shares) }
}
