// Several critics: a strong one and two weak ones, the harder of which counts more.
import { mlp } from '@equilibria/architectures'
import { gaussianLatent, multiCritic } from '@equilibria/core'
import { ring } from '@equilibria/datasets'
import { nonSaturating, r1 } from '@equilibria/losses'
import { context, learn, nearest, rowsOf, samplesKey, share } from './learn.ts'

export const steps = 1000

export async function run(budget = steps) {
  const data = ring({ deviation: 0.05 })
  const latent = gaussianLatent(2)
  const generator = mlp.generator({ shape: [2], dimensions: 2, hidden: [64, 64] })
  const critics = {
    strong: mlp.critic({ shape: [2], hidden: [64, 64] }),
    narrow: mlp.critic({ shape: [2], hidden: [16, 16] }),
    shallow: mlp.critic({ shape: [2], hidden: [32] }),
  }
  const terms = { criticTerms: { r1: r1(0.1) } }
  const game = multiCritic({ generator, critics, latent, loss: nonSaturating(), hardness: 1, ...terms })
  const players = await learn(game, data, { steps: budget })
  const made = generator.apply(players.generator, latent.draw(samplesKey, 800), context())
  const places = (await rowsOf(made)).map(point => nearest(point, data.modes.centres))
  const close = places.filter(({ distance }) => distance < 0.25)
  return {
    modes: new Set(close.map(({ mode }) => mode)).size,
    close: share(places, ({ distance }) => distance < 0.25),
  }
}
