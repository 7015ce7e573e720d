// InfoGAN: no labels, but a code of eight values that a third player reads from the samples. Each value should become a mode.
import { mlp } from '@equilibria/architectures'
import { codedLatent, codeInformation, gaussianLatent, infoGan } from '@equilibria/core'
import { ring } from '@equilibria/datasets'
import { nonSaturating, r1 } from '@equilibria/losses'
import { context, learn, nearest, rowsOf, samplesKey } from './learn.ts'

export const steps = 800

export async function run(budget = steps) {
  const data = ring({ deviation: 0.05 })
  const latent = codedLatent({ noise: gaussianLatent(2), categories: [8] })
  const generator = mlp.generator({ shape: [2], dimensions: latent.dimensions, hidden: [64, 64] })
  const recognizer = mlp.encoder({ shape: [2], dimensions: 8, hidden: [64] })
  const critic = mlp.critic({ shape: [2], hidden: [64, 64] })
  const terms = { criticTerms: { r1: r1(0.1) } }
  const game = infoGan({ generator, critic, recognizer, latent, loss: nonSaturating(), ...terms })
  const players = await learn(game, data, { steps: budget })

  const z = latent.draw(samplesKey, 800)
  const made = generator.apply(players.generator, z, context())
  const q = recognizer.apply(players.recognizer!, made, context())
  const codes = (await rowsOf(z)).map(row => row.slice(2).indexOf(1))
  const modes = (await rowsOf(made)).map(point => nearest(point, data.modes.centres).mode)
  // Purity: how often a sample lies at the mode that is the commonest for its code.
  const counts = Array.from({ length: 8 }, () => Array<number>(8).fill(0))
  for (const [i, code] of codes.entries()) counts[code]![modes[i]!]!++
  const purity = counts.reduce((sum, row) => sum + Math.max(...row), 0) / codes.length
  return {
    purity,
    modes: new Set(modes).size,
    // In nats; a code of eight values has log 8 = 2.08 of them.
    information: (await codeInformation(latent.code, q, z).data())[0]!,
  }
}
