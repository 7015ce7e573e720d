// BiGAN: an encoder that learns to invert the generator from the game alone: a point, encoded and generated again, should come back.
// The game turns; a strong R1 calms it.
import { mlp } from '@equilibria/architectures'
import { bigan, gaussianLatent } from '@equilibria/core'
import { twoMoons } from '@equilibria/datasets'
import { nonSaturating, r1 } from '@equilibria/losses'
import { context, learn } from './learn.ts'
import { distanceOf } from './reconstruction.ts'

export const steps = 2000

export async function run(budget = steps) {
  const data = twoMoons()
  const latent = gaussianLatent(2)
  const generator = mlp.generator({ shape: [2], dimensions: 2, hidden: [64, 64] })
  const encoder = mlp.encoder({ shape: [2], dimensions: 2, hidden: [64, 64] })
  // The critic sees a point and its code.
  const critic = mlp.critic({ shape: [2 + 2], hidden: [64, 64] })
  const terms = { criticTerms: { r1: r1(3) } }
  const game = bigan({ generator, critic, encoder, latent, loss: nonSaturating(), ...terms })
  const players = await learn(game, data, { steps: budget })
  const again = (x: Parameters<typeof encoder.apply>[1]) =>
    generator.apply(players.generator, encoder.apply(players.encoder, x, context()), context())
  return distanceOf(data, again)
}
