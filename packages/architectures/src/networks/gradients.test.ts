import { expect, it } from 'vitest'
import { faultsOf, type Given } from '../gradients.fixture.ts'
import { dcgan } from './dcgan.ts'
import { goodfellow2014 } from './goodfellow2014.ts'
import { mlp } from './mlp.ts'
import { r3gan } from './r3gan.ts'
import { resnet } from './resnet.ts'
import { unet } from './unet.ts'

// Rectifiers have kinks: sizes are such that no unit comes within the step of a finite difference of its own.
const small = { reach: 0.5 }
const cases: Record<string, Given> = {
  'mlp.generator': {
    network: mlp.generator({ shape: [2], dimensions: 3, hidden: [5, 4] }),
    row: [3],
    ...small,
  },
  'mlp.generator, all options': {
    network: mlp.generator({
      shape: [2, 2, 1],
      dimensions: 3,
      hidden: [5, 4],
      batchNorm: true,
      activation: 'leakyRelu',
      classes: 3,
      embedding: 2,
    }),
    row: [3],
    classes: 3,
    ...small,
  },
  'mlp.critic': { network: mlp.critic({ shape: [2], hidden: [5, 4] }), row: [2], ...small },
  'mlp.critic, all options': {
    network: mlp.critic({ shape: [2, 2, 1], hidden: [5, 4], keep: 0.7, minibatchStdDev: true, classes: 3 }),
    row: [2, 2, 1],
    classes: 3,
    ...small,
  },
  'goodfellow2014.generator': {
    network: goodfellow2014.generator({ shape: [2, 2, 1], dimensions: 3, hidden: [5, 4] }),
    row: [3],
    ...small,
  },
  'goodfellow2014.generator, conditional': {
    network: goodfellow2014.generator({ shape: [2], dimensions: 3, hidden: [5], classes: 3 }),
    row: [3],
    classes: 3,
    ...small,
  },
  'goodfellow2014.critic': {
    network: goodfellow2014.critic({ shape: [2, 2, 1], hidden: [3, 2] }),
    row: [2, 2, 1],
    ...small,
  },
  'goodfellow2014.critic, conditional': {
    network: goodfellow2014.critic({ shape: [4], hidden: [3, 2], classes: 3 }),
    row: [4],
    classes: 3,
    ...small,
  },
  'dcgan.generator': {
    network: dcgan.generator({ shape: [16, 16, 1], dimensions: 3, width: 1 }),
    row: [3],
    ...small,
  },
  'dcgan.generator, conditional': {
    network: dcgan.generator({ shape: [8, 8, 2], dimensions: 3, width: 2, classes: 3 }),
    row: [3],
    classes: 3,
    ...small,
  },
  'dcgan.generator, conditional without batch norm': {
    network: dcgan.generator({
      shape: [8, 8, 1],
      dimensions: 3,
      width: 2,
      classes: 3,
      batchNorm: false,
      embedding: 2,
    }),
    row: [3],
    classes: 3,
    ...small,
  },
  'dcgan.critic': {
    network: dcgan.critic({ shape: [16, 16, 1], width: 2 }),
    row: [16, 16, 1],
    n: 2,
    ...small,
  },
  'dcgan.critic, batch norm and conditional': {
    network: dcgan.critic({ shape: [16, 16, 1], width: 1, norm: 'batch', classes: 3 }),
    row: [16, 16, 1],
    classes: 3,
    n: 2,
    ...small,
  },
  'dcgan.critic, layer norm and deviations': {
    network: dcgan.critic({ shape: [16, 16, 1], width: 1, norm: 'layer', minibatchStdDev: true }),
    row: [16, 16, 1],
    n: 2,
    ...small,
  },
  'mlp.encoder': {
    network: mlp.encoder({ shape: [2], hidden: [5, 4], dimensions: 3 }),
    row: [2],
    ...small,
  },
  'dcgan.encoder': {
    network: dcgan.encoder({ shape: [16, 16, 1], width: 2, dimensions: 3 }),
    row: [16, 16, 1],
    n: 2,
    ...small,
  },
  'unet.generator': {
    network: unet.generator({ shape: [16, 16, 1], width: 2 }),
    row: [16, 16, 1],
    n: 2,
    ...small,
  },
  'resnet.generator': {
    network: resnet.generator({ shape: [8, 8, 1], dimensions: 3, width: 2 }),
    row: [3],
    n: 3,
    ...small,
  },
  'resnet.generator, conditional': {
    network: resnet.generator({ shape: [8, 8, 1], dimensions: 3, width: 2, classes: 3 }),
    row: [3],
    classes: 3,
    ...small,
  },
  'resnet.critic': {
    network: resnet.critic({ shape: [16, 16, 1], width: 1, spectralNorm: false }),
    row: [16, 16, 1],
    n: 2,
    ...small,
  },
  'resnet.critic, conditional': {
    network: resnet.critic({ shape: [8, 8, 1], width: 2, spectralNorm: false, classes: 3 }),
    row: [8, 8, 1],
    classes: 3,
    n: 2,
    ...small,
  },
  'r3gan.generator': {
    network: r3gan.generator({ shape: [8, 8, 1], dimensions: 3, width: 2, groupSize: 2, blocks: 1 }),
    row: [3],
    ...small,
  },
  'r3gan.critic': {
    network: r3gan.critic({ shape: [8, 8, 1], width: 2, groupSize: 2, blocks: 1 }),
    row: [8, 8, 1],
    n: 2,
    ...small,
  },
  'r3gan.critic, conditional': {
    network: r3gan.critic({ shape: [8, 8, 1], width: 2, groupSize: 2, blocks: 1, classes: 3 }),
    row: [8, 8, 1],
    classes: 3,
    n: 2,
    ...small,
  },
}

it('gradients of networks agree with finite differences to second order, and on cpu and wasm', async () => {
  expect(await faultsOf(cases)).toEqual({})
}, 180_000)
