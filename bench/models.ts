/**
 * The models of the bench as games of our packages; `torch/models.py` and `tfjs/models.ts` have the same shapes and the same
 * maths. Every one moves the critic once and the generator once a step, with Adam (2e-4, beta1 .5), on fixed random images.
 */
import { dcgan, mlp, r3gan, resnet } from '@equilibria/architectures'
import {
  adam,
  alternating,
  type Batch,
  type GanParts,
  type GanPlayers,
  gan,
  gaussianLatent,
  makeStep,
  type Step,
} from '@equilibria/core'
import { nonSaturating, r1, r2, relativisticPairing } from '@equilibria/losses'
import type { ModelName } from './options.ts'

/** A model: its parts, and the shape of an image. */
export interface Model extends GanParts {
  readonly shape: readonly number[]
}

const grey = [28, 28, 1]
const colour = [32, 32, 3]

/** Made when asked for. */
export const models: { readonly [name in ModelName]: () => Model } = {
  /** Fully connected: 100-256-512-784 against 784-512-256-1. */
  mlp: () => ({
    shape: grey,
    latent: gaussianLatent(100),
    generator: mlp.generator({ shape: grey, dimensions: 100, hidden: [256, 512], activation: 'leakyRelu' }),
    critic: mlp.critic({ shape: grey, hidden: [512, 256] }),
    loss: nonSaturating(),
  }),
  /** 4x4 convolutions of stride 2 with 64 and 128 channels, batch norm in the generator. */
  dcgan: () => ({
    shape: grey,
    latent: gaussianLatent(100),
    generator: dcgan.generator({ shape: grey, dimensions: 100, width: 64 }),
    critic: dcgan.critic({ shape: grey, width: 64 }),
    loss: nonSaturating(),
  }),
  /** Residual blocks of 64 channels, R1 at every step. */
  resnet: () => ({
    shape: colour,
    latent: gaussianLatent(128),
    generator: resnet.generator({ shape: colour, dimensions: 128, width: 64 }),
    critic: resnet.critic({ shape: colour, width: 64, spectralNorm: false }),
    loss: nonSaturating(),
    criticTerms: { r1: r1(1) },
  }),
  /** R3GAN: 32 channels, 64 inside the blocks in 4 groups; the relativistic loss with R1 and R2 at every step. */
  r3gan: () => ({
    shape: colour,
    latent: gaussianLatent(64),
    generator: r3gan.generator({ shape: colour, dimensions: 64, width: 32 }),
    critic: r3gan.critic({ shape: colour, width: 32 }),
    loss: relativisticPairing(),
    criticTerms: { r1: r1(0.05), r2: r2(0.05) },
  }),
}

/** One training step of a model. `epsilon` is Adam's. */
export const stepOf = (model: Model, { epsilon = 1e-8 } = {}): Step<GanPlayers, Batch> =>
  makeStep({
    game: gan(model),
    dynamics: alternating({ critic: 1 }),
    optimizer: adam(2e-4, { beta1: 0.5, epsilon }),
  })
