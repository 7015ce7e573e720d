// ContraGAN: the critic embeds points and classes, and points of a class attract each other and their class. Generated points of a class
// attract each other at a mode that is not theirs too, so two things help it out of there: noise on what the critic sees, which lets modes
// overlap until it has faded, and batches with few points of a class, in which the class itself counts.
import { instanceNoise, mlp } from '@equilibria/architectures'
import { contraGan, gaussianLatent, linear } from '@equilibria/core'
import { ring } from '@equilibria/datasets'
import { nonSaturating, r1 } from '@equilibria/losses'
import { classAccuracy } from './class-accuracy.ts'
import { learn } from './learn.ts'

export const steps = 1500

export async function run(budget = steps) {
  const data = ring({ deviation: 0.05, labels: true })
  const latent = gaussianLatent(2)
  const generator = mlp.generator({ shape: [2], dimensions: 2, hidden: [32, 32], classes: 8, embedding: 8 })
  const plain = mlp.critic({ shape: [2], hidden: [64, 64], classes: 8, contrast: 8 })
  const critic = instanceNoise(linear(1, 0, budget), plain)
  const terms = { criticTerms: { r1: r1(0.1) } }
  const game = contraGan({ generator, critic, latent, loss: nonSaturating(), dimensions: 8, ...terms })
  const players = await learn(game, data, { steps: budget, batch: 16 })
  return { accuracy: await classAccuracy({ generator, latent, modes: data.modes }, players.generator) }
}
