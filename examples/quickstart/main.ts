import { mlp } from '@equilibria/architectures'
import { useBackend } from '@equilibria/backends'
import { adam, gan, gaussianLatent } from '@equilibria/core'
import { ring } from '@equilibria/datasets'
import { nonSaturating, r1 } from '@equilibria/losses'
import { consoleLogger, train } from '@equilibria/trainers'

await useBackend('auto')
const game = gan({
  generator: mlp.generator({ shape: [2], dimensions: 2, hidden: [64, 64] }),
  critic: mlp.critic({ shape: [2], hidden: [64, 64] }),
  latent: gaussianLatent(2),
  loss: nonSaturating(),
  criticTerms: { r1: r1(0.1) },
})
const steps = Number(process.env.STEPS ?? 1000)
await train({ game, data: ring(), optimizer: adam(1e-3, { beta1: 0.5 }), steps, batch: 128, loggers: [consoleLogger()] })
