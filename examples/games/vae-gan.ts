// VAE-GAN: an autoencoder whose idea of "alike" is what the critic's layers see.
import { mlp } from '@equilibria/architectures'
import { gaussianLatent, vaeGan } from '@equilibria/core'
import { ring } from '@equilibria/datasets'
import { nonSaturating, r1 } from '@equilibria/losses'
import { slice, type Tensor } from '@tensorflow/tfjs-core'
import { context, learn, nearest, rowsOf, samplesKey, share } from './learn.ts'
import { distanceOf } from './reconstruction.ts'

export const steps = 1000

export async function run(budget = steps) {
  const data = ring({ deviation: 0.05 })
  const latent = gaussianLatent(2)
  const generator = mlp.generator({ shape: [2], dimensions: 2, hidden: [64, 64] })
  // Means and log-variances of the codes.
  const encoder = mlp.encoder({ shape: [2], dimensions: 2 * 2, hidden: [64, 64] })
  const critic = mlp.critic({ shape: [2], hidden: [64, 64] })
  const terms = { criticTerms: { r1: r1(0.1) } }
  const game = vaeGan({ generator, critic, encoder, latent, loss: nonSaturating(), weight: 0.3, ...terms })
  const players = await learn(game, data, { steps: budget })
  const again = (x: Tensor) => {
    const means = slice(encoder.apply(players.encoder, x, context()), [0, 0], [x.shape[0]!, 2])
    return generator.apply(players.generator, means, context())
  }
  const made = generator.apply(players.generator, latent.draw(samplesKey, 500), context())
  const close = share(await rowsOf(made), point => nearest(point, data.modes.centres).distance < 0.25)
  return { ...(await distanceOf(data, again)), close }
}
