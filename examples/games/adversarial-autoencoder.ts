// The adversarial autoencoder: codes are pressed into the shape of the latents by a critic that sees codes only.
import { mlp } from '@equilibria/architectures'
import { adversarialAutoencoder, gaussianLatent } from '@equilibria/core'
import { ring } from '@equilibria/datasets'
import { nonSaturating, r1 } from '@equilibria/losses'
import { context, learn, mean, rowsOf, samplesKey } from './learn.ts'
import { distanceOf } from './reconstruction.ts'

export const steps = 600

export async function run(budget = steps) {
  const data = ring({ deviation: 0.05 })
  const latent = gaussianLatent(2)
  const encoder = mlp.encoder({ shape: [2], dimensions: 2, hidden: [64, 64] })
  const decoder = mlp.generator({ shape: [2], dimensions: 2, hidden: [64, 64] })
  const critic = mlp.critic({ shape: [2], hidden: [64, 64] })
  const terms = { criticTerms: { r1: r1(0.1) } }
  const game = adversarialAutoencoder({
    encoder,
    decoder,
    critic,
    latent,
    loss: nonSaturating(),
    weight: 3,
    ...terms,
  })
  const players = await learn(game, data, { steps: budget })
  const encode = (x: Parameters<typeof encoder.apply>[1]) => encoder.apply(players.encoder, x, context())
  const { data: x } = await data.at({ step: 2, n: 500, key: samplesKey })
  const codes = await rowsOf(encode(x))
  return {
    ...(await distanceOf(data, rows => decoder.apply(players.decoder, encode(rows), context()))),
    // Of standard normal codes, 2: the mean square of their length.
    spread: mean(codes.map(code => code.reduce((sum, c) => sum + c * c, 0))),
  }
}
