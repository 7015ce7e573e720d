// The adversarial autoencoder: codes are pressed into the shape of the latents by a critic that sees codes only, so that the decoder of a latent makes a
// sample. An autoencoder by itself reconstructs as well, but puts its codes elsewhere.
import { mlp } from '@equilibria/architectures'
import { adversarialAutoencoder, fold, type Latent, type Loss, normal, uniform } from '@equilibria/core'
import { ring } from '@equilibria/datasets'
import { nonSaturating, r1 } from '@equilibria/losses'
import { add, concat, cos, floor, mul, sin, tidy } from '@tensorflow/tfjs-core'
import { context, learn, nearest, rowsOf, samplesKey, unheeded } from './learn.ts'
import { distanceOf } from './reconstruction.ts'

export const steps = 1000

// A mixture of eight normal distributions, as in figure 2 of the paper one of ten: around a circle, half as far again from the middle as the data.
const latent: Latent = {
  dimensions: 2,
  draw: (key, n, first = 0) =>
    tidy(() => {
      const which = floor(uniform(fold(key, 'which'), [n, 1], 0, 8, { offset: first }))
      const angle = mul(Math.PI / 4, which)
      const centre = mul(1.5, concat([cos(angle), sin(angle)], 1))
      return add(centre, normal(fold(key, 'noise'), [n, 2], 0, 0.1, { offset: 2 * first }))
    }),
}

async function trained(loss: Loss, budget: number) {
  const data = ring({ deviation: 0.05 })
  const encoder = mlp.encoder({ shape: [2], dimensions: 2, hidden: [64, 64] })
  const decoder = mlp.generator({ shape: [2], dimensions: 2, hidden: [64, 64] })
  const critic = mlp.critic({ shape: [2], hidden: [64, 64] })
  const terms = { criticTerms: { r1: r1(0.1) } }
  const game = adversarialAutoencoder({ encoder, decoder, critic, latent, loss, weight: 0.1, ...terms })
  const players = await learn(game, data, { steps: budget })
  const made = decoder.apply(players.decoder, latent.draw(samplesKey, 500), context())
  const places = (await rowsOf(made)).map(point => nearest(point, data.modes.centres))
  const close = places.filter(({ distance }) => distance < 0.25)
  return {
    ...(await distanceOf(data, x =>
      decoder.apply(players.decoder, encoder.apply(players.encoder, x, context()), context()),
    )),
    close: close.length / places.length,
    modes: new Set(close.map(({ mode }) => mode)).size,
  }
}

export async function run(budget = steps) {
  const { close: alone } = await trained(unheeded(nonSaturating()), budget)
  return { ...(await trained(nonSaturating(), budget)), alone }
}
