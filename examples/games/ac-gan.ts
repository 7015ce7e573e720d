// The auxiliary classifier: the critic also says which class, and both players are paid for its being right. Taught the class of
// generated points too, as in the paper, it would call misplaced ones right, and on this ring most would stay misplaced.
import { mlp } from '@equilibria/architectures'
import { acGan, gaussianLatent } from '@equilibria/core'
import { ring } from '@equilibria/datasets'
import { nonSaturating, r1 } from '@equilibria/losses'
import { classAccuracy } from './class-accuracy.ts'
import { learn } from './learn.ts'

export const steps = 600

export async function run(budget = steps) {
  const data = ring({ deviation: 0.05, labels: true })
  const latent = gaussianLatent(2)
  const generator = mlp.generator({ shape: [2], dimensions: 2, hidden: [32, 32], classes: 8, embedding: 8 })
  const critic = mlp.critic({ shape: [2], hidden: [64, 64], outputs: 1 + 8 })
  const terms = { criticTerms: { r1: r1(0.1) } }
  const parts = { generator, critic, latent, loss: nonSaturating(), classes: 8 }
  const game = acGan({ ...parts, classifyFakes: false, ...terms })
  const players = await learn(game, data, { steps: budget })
  return { accuracy: await classAccuracy({ generator, latent, modes: data.modes }, players.generator) }
}
