// Class-conditional by projection: networks that look at labels are all it takes. A sample of class c should lie at mode c.
import { mlp } from '@equilibria/architectures'
import { gan, gaussianLatent } from '@equilibria/core'
import { ring } from '@equilibria/datasets'
import { nonSaturating, r1 } from '@equilibria/losses'
import { classAccuracy } from './class-accuracy.ts'
import { learn } from './learn.ts'

export const steps = 600

export async function run(budget = steps) {
  const data = ring({ deviation: 0.05, labels: true })
  const latent = gaussianLatent(2)
  const generator = mlp.generator({ shape: [2], dimensions: 2, hidden: [32, 32], classes: 8, embedding: 8 })
  const critic = mlp.critic({ shape: [2], hidden: [64, 64], classes: 8 })
  const terms = { criticTerms: { r1: r1(0.1) } }
  const game = gan({ generator, critic, latent, loss: nonSaturating(), ...terms })
  const players = await learn(game, data, { steps: budget })
  return { accuracy: await classAccuracy({ generator, latent, modes: data.modes }, players.generator) }
}
