import { describe, expect, it } from 'vitest'
import { faultsOf, type Given } from '../gradients.fixture.ts'
import * as layers from './index.ts'

const image = [4, 4, 2]

const cases: Record<string, Given> = {
  dense: { network: layers.dense(3, 2), row: [3] },
  maxout: { network: layers.maxout(3, 2, { pieces: 3 }), row: [3] },
  conv2d: { network: layers.conv2d(2, 3, { size: 4, stride: 2 }), row: image },
  'conv2d valid': { network: layers.conv2d(2, 3, { padding: 'valid' }), row: image },
  'conv2d dilated': { network: layers.conv2d(2, 2, { dilation: 2 }), row: [5, 5, 2] },
  groupedConv2d: { network: layers.groupedConv2d(4, 6, { groups: 2 }), row: [3, 3, 4] },
  'groupedConv2d of stride 2': {
    network: layers.groupedConv2d(4, 4, { groups: 4, size: 4, stride: 2 }),
    row: [4, 4, 4],
  },
  conv2dTranspose: { network: layers.conv2dTranspose(2, 3), row: image },
  'conv2dTranspose valid': {
    network: layers.conv2dTranspose(2, 1, { size: 3, padding: 'valid' }),
    row: image,
  },
  identity: { network: layers.identity(), row: [3] },
  relu: { network: layers.relu(), row: [3], draw: { away: [0] } },
  leakyRelu: { network: layers.leakyRelu(0.3), row: [3], draw: { away: [0] } },
  elu: { network: layers.elu(), row: [3], draw: { away: [0] } },
  softplus: { network: layers.softplus(), row: [3] },
  swish: { network: layers.swish(), row: [3] },
  sigmoid: { network: layers.sigmoid(), row: [3] },
  tanh: { network: layers.tanh(), row: [3] },
  reshape: { network: layers.reshape([8, 4]), row: image },
  flatten: { network: layers.flatten(), row: image },
  upsample: { network: layers.upsample(2), row: image },
  'upsample bilinear': { network: layers.upsample(2, { method: 'bilinear' }), row: image },
  downsample: { network: layers.downsample(2), row: image },
  'downsample bilinear': { network: layers.downsample(2, { method: 'bilinear' }), row: image },
  batchNorm: { network: layers.batchNorm(2), row: image },
  'batchNorm of vectors': { network: layers.batchNorm(3), row: [3], n: 6 },
  conditionalBatchNorm: { network: layers.conditionalBatchNorm(2, 3), row: image, classes: 3 },
  layerNorm: { network: layers.layerNorm(2), row: image },
  instanceNorm: { network: layers.instanceNorm(2), row: image },
  groupNorm: { network: layers.groupNorm(4, 2), row: [2, 2, 4] },
  labelEmbedding: { network: layers.labelEmbedding(3, 2), row: [2], classes: 3 },
  projection: { network: layers.projection(3, 3), row: [3], classes: 3 },
  contrastiveHead: { network: layers.contrastiveHead(3, 3, 2), row: [3], classes: 3 },
  dropout: { network: layers.dropout(0.5), row: [5] },
  minibatchStdDev: { network: layers.minibatchStdDev({ group: 2 }), row: [2, 2, 2] },
  weightNorm: { network: layers.weightNorm(layers.dense(3, 2)), row: [3] },
  'weightNorm of a network': {
    network: layers.weightNorm(layers.sequential([layers.conv2d(1, 2, { padding: 'valid' }), layers.tanh()])),
    row: [4, 4, 1],
  },
  residual: { network: layers.residual(layers.dense(3, 3), layers.dense(3, 3)), row: [3] },
}

describe('gradients of layers', () => {
  it('agree with finite differences to second order, and on cpu and wasm', async () => {
    expect(await faultsOf(cases)).toEqual({})
  }, 180_000)

  it('cover every layer', () => {
    // `embedding` has no input to differentiate in, `spectralNorm` holds u and v fixed: both have tests of their own.
    const apart = ['activation', 'activationOf', 'embedding', 'parametrised', 'sequential', 'spectralNorm']
    const known = Object.keys(layers).filter(name => !apart.includes(name))
    expect(known.filter(name => !Object.keys(cases).includes(name))).toEqual([])
  })
})
