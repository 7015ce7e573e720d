import { entry, fromData, type Network, type Options, type Plugin, part, required } from '@equilibria/core'
import { sequential } from './layers/sequential.ts'
import { spectralNorm } from './layers/spectral-norm.ts'
import { weightNorm } from './layers/weight-norm.ts'
import { dcgan } from './networks/dcgan.ts'
import { goodfellow2014 } from './networks/goodfellow2014.ts'
import { mlp } from './networks/mlp.ts'
import { r3gan } from './networks/r3gan.ts'
import { resnet } from './networks/resnet.ts'
import { unet } from './networks/unet.ts'
import { autoencoding } from './wrappers/autoencoding.ts'
import { instanceNoise } from './wrappers/instance-noise.ts'
import { joint } from './wrappers/joint.ts'
import { packed } from './wrappers/packed.ts'

/**
 * A family by name. `shape` and `classes` come from the data; but classes are used only if the recipe says
 * `conditional: true`, since labelled data may well be learned without its labels.
 */
const network = <O extends { readonly classes?: number | undefined }>(
  make: (options: O) => Network,
  options: Options,
) =>
  entry(
    ({ conditional, classes, ...rest }) => {
      if (conditional && classes === undefined)
        throw new Error(
          'conditional: true needs data with classes; the data has none, and no number of classes was given',
        )
      return make((conditional ? { ...rest, classes } : rest) as O)
    },
    { shape: fromData, classes: fromData, conditional: false, ...options },
  )

/** This package's networks, by name. Options are those of the functions; the latent's size must be the generator's `dimensions`. */
export const architecturesPlugin = {
  name: '@equilibria/architectures',
  networks: {
    'mlp.generator': network(mlp.generator, {
      dimensions: 64,
      hidden: [256, 512],
      activation: 'relu',
      batchNorm: false,
      output: undefined,
      embedding: 32,
    }),
    'mlp.critic': network(mlp.critic, {
      hidden: [512, 256],
      slope: 0.2,
      keep: 1,
      minibatchStdDev: false,
      spectralNorm: false,
      outputs: undefined,
      contrast: undefined,
    }),
    'mlp.encoder': entry(mlp.encoder, {
      shape: fromData,
      dimensions: required,
      hidden: [512, 256],
      slope: 0.2,
      keep: 1,
      minibatchStdDev: false,
      spectralNorm: false,
    }),
    'goodfellow2014.generator': network(goodfellow2014.generator, {
      hidden: [1200, 1200],
      dimensions: 100,
      range: [-1, 1],
      means: undefined,
    }),
    'goodfellow2014.critic': network(goodfellow2014.critic, {
      hidden: [240, 240],
      range: [-1, 1],
      keepInput: 0.8,
      keepHidden: 0.5,
    }),
    'dcgan.generator': network(dcgan.generator, {
      dimensions: 64,
      width: 64,
      batchNorm: true,
      output: undefined,
      embedding: 32,
    }),
    'dcgan.critic': network(dcgan.critic, {
      width: 64,
      slope: 0.2,
      norm: 'none',
      minibatchStdDev: false,
      outputs: undefined,
      contrast: undefined,
    }),
    'dcgan.encoder': entry(dcgan.encoder, {
      shape: fromData,
      dimensions: required,
      width: 64,
      slope: 0.2,
      norm: 'none',
      minibatchStdDev: false,
    }),
    'unet.generator': entry(unet.generator, {
      shape: fromData,
      inputs: undefined,
      width: 64,
      batchNorm: false,
      keep: 1,
      output: undefined,
    }),
    'resnet.generator': network(resnet.generator, { dimensions: 128, width: 256, output: undefined }),
    'resnet.critic': network(resnet.critic, { width: 128, spectralNorm: true }),
    'r3gan.generator': network(r3gan.generator, {
      dimensions: 64,
      width: 96,
      blocks: 2,
      expansion: 2,
      groupSize: 16,
      output: 'linear',
      embedding: 64,
    }),
    'r3gan.critic': network(r3gan.critic, { width: 96, blocks: 2, expansion: 2, groupSize: 16 }),
    joint: entry(joint, {
      shape: fromData,
      dimensions: required,
      trunk: part('networks'),
      head: part('networks'),
    }),
    instanceNoise: entry(({ deviation, critic }) => instanceNoise(deviation, critic), {
      deviation: part('schedules', 0.1),
      critic: part('networks'),
    }),
    // The critic's shape must be said: it sees `rows` times as many channels as the data have.
    packed: entry(({ rows, critic }) => packed(rows, critic), { rows: 2, critic: part('networks') }),
    autoencoding: entry(
      ({ encoder, decoder, norm }) => autoencoding(sequential([encoder, decoder]), { norm }),
      { encoder: part('networks'), decoder: part('networks'), norm: 1 },
    ),
    spectralNorm: entry(({ network }) => spectralNorm(network), { network: part('networks') }),
    weightNorm: entry(({ network }) => weightNorm(network), { network: part('networks') }),
  },
} satisfies Plugin

declare module '@equilibria/core' {
  interface Named {
    'networks/mlp.generator': typeof mlp.generator
    'networks/mlp.critic': typeof mlp.critic
    'networks/mlp.encoder': typeof mlp.encoder
    'networks/dcgan.encoder': typeof dcgan.encoder
    'networks/unet.generator': typeof unet.generator
    'networks/joint': typeof joint
    'networks/goodfellow2014.generator': typeof goodfellow2014.generator
    'networks/goodfellow2014.critic': typeof goodfellow2014.critic
    'networks/dcgan.generator': typeof dcgan.generator
    'networks/dcgan.critic': typeof dcgan.critic
    'networks/resnet.generator': typeof resnet.generator
    'networks/resnet.critic': typeof resnet.critic
    'networks/r3gan.generator': typeof r3gan.generator
    'networks/r3gan.critic': typeof r3gan.critic
  }
}
