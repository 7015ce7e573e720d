import { mlp } from '@equilibria/architectures'
import { useBackend } from '@equilibria/backends'
import { adam, gan, gaussianLatent } from '@equilibria/core'
import { ring } from '@equilibria/datasets'
import { nonSaturating, r1 } from '@equilibria/losses'
import { consoleLogger, train } from '@equilibria/trainers'

await useBackend('auto')
const generator = mlp.generator({ shape: [2], dimensions: 2, hidden: [64, 64] })
const critic = mlp.critic({ shape: [2], hidden: [64, 64] })
const terms = { criticTerms: { r1: r1(0.1) } }
const game = gan({ generator, critic, latent: gaussianLatent(2), loss: nonSaturating(), ...terms })
const optimizer = adam(1e-3, { beta1: 0.5 })
const steps = Number(process.env.STEPS ?? 1000)
await train({ game, data: ring(), optimizer, steps, batch: 128, loggers: [consoleLogger()] })
