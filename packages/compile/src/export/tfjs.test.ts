import { scoped } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { loadGraphModel } from '@tensorflow/tfjs-converter'
import { io, setBackend, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { input } from '../graph.ts'
import { call, kernels } from '../kernels.ts'
import { given, table } from '../onnx/cases.fixture.ts'
import { difference, eager, resultOf } from '../onnx/compare.fixture.ts'
import { Unlowered } from '../onnx/emit.ts'
import type { Result } from '../onnx/run.fixture.ts'
import { generators } from './generators.fixture.ts'
import { written } from './model-of.ts'
import { type GraphModel, graphModel } from './tfjs/graph-model.ts'
import { lowerings } from './tfjs/lowerings.ts'
import { toTfjs } from './tfjs.ts'

beforeAll(() => setBackend('cpu'))

/** As from files: the JSON text, and the bytes. */
const loaded = ({ model, weights }: GraphModel) =>
  loadGraphModel(
    io.fromMemory({
      ...(JSON.parse(JSON.stringify(model)) as io.ModelJSON),
      weightSpecs: model.weightsManifest[0]!.weights,
      weightData: weights.slice().buffer,
    }),
  )

/** What a model gives, its inputs by name. */
async function ran(model: GraphModel, inputs: { readonly [name: string]: Result }): Promise<Result> {
  const graph = await loaded(model)
  const tensors = Object.entries(inputs).map(([name, { values, shape, dtype }]): [string, Tensor] => [
    name,
    tensor(values, [...shape], dtype),
  ])
  const result = resultOf(graph.execute(Object.fromEntries(tensors)) as Tensor)
  graph.dispose()
  return result
}

describe('an exported graph model', () => {
  it.each(generators)('$name: any number of rows as at once', async ({ make, rows }) => {
    const f = make()
    const model = await toTfjs(f)
    for (const n of [1, 2, 6]) {
      const tensors = rows(n)
      const inputs = Object.fromEntries(Object.keys(f.inputs).map((name, i) => [name, resultOf(tensors[i]!)]))
      const expected = scoped(() => resultOf(f.apply(tensors, Object.values(f.weights))))
      expect(difference([await ran(model, inputs)], [expected], 1e-5)).toEqual([])
    }
  })

  it('keeps the names of weights, and says what it is told', async () => {
    const { model } = await toTfjs(generators[0]!.make(), {
      metadata: { note: 'mine' },
      weightsFile: 'w.bin',
    })
    expect(model.userDefinedMetadata).toEqual({ note: 'mine' })
    expect(model.weightsManifest[0]!.paths).toEqual(['w.bin'])
    expect(model.weightsManifest[0]!.weights.map(({ name }) => name)).toContain('params/0/kernel')
    expect(model.signature).toMatchObject({
      inputs: { latent: { dtype: 'DT_FLOAT' } },
      outputs: { sample: {} },
    })
  })

  it('has a first axis of any size unless it is told which', async () => {
    const dims = async (batch?: number) => {
      const { model } = await toTfjs(generators[0]!.make(), { batch })
      return (model.signature as { inputs: { latent: { tensorShape: object } } }).inputs.latent.tensorShape
    }
    expect(await dims()).toEqual({ dim: [{ size: '-1' }, { size: '4' }] })
    expect(await dims(3)).toEqual({ dim: [{ size: '3' }, { size: '4' }] })
  })
})

/** Kernels that no graph model computes, and why. */
const unlowered: { readonly [why: string]: readonly string[] } = {
  'derivatives alone call it': [
    'AvgPool3DGrad',
    'AvgPoolGrad',
    'Conv2DBackpropFilter',
    'Conv3DBackpropFilterV2',
    'DepthwiseConv2dNativeBackpropFilter',
    'DepthwiseConv2dNativeBackpropInput',
    'Dilation2DBackpropFilter',
    'Dilation2DBackpropInput',
    'EluGrad',
    'LRNGrad',
    'MaxPool3DGrad',
    'MaxPoolGrad',
    'ResizeBilinearGrad',
    'ResizeNearestNeighborGrad',
    'Step',
  ],
  'tfjs-converter has no such operator, or does not find its inputs (BitwiseAnd, 4.22)': [
    'BitwiseAnd',
    'Conv3DBackpropInputV2',
    'Diag',
    'RotateWithOffset',
    'UnsortedSegmentSum',
  ],
  'nothing here calls it': [
    'Bincount',
    'BroadcastArgs',
    'CropAndResize',
    'DenseBincount',
    'Dilation2D',
    'SearchSorted',
    'SparseToDense',
    'TensorScatterUpdate',
    'Transform',
  ],
}

describe('every kernel', () => {
  it('has an operator, or there is a reason', () => {
    const missing = Object.keys(kernels).filter(op => !(op in lowerings))
    expect(missing.sort()).toEqual(Object.values(unlowered).flat().sort())
  })

  it('gives in a graph model what it gives on the cpu backend', async () => {
    const wrong: unknown[] = []
    const refused = new Set<string>()
    for (const { op, inputs, attributes = {} } of table.filter(each => each.op in lowerings)) {
      const values = given(inputs)
      const names = values.map((_, i) => `x${i}`)
      const nodes = values.map(({ shape, dtype }) => input(shape, dtype))
      const graph = { inputs: nodes, outputs: [call(op, nodes, attributes)] }
      try {
        const model = graphModel(written(graph, names, 'y', lowerings), { metadata: {}, weightsFile: 'w' })
        const ours = await ran(model, Object.fromEntries(names.map((name, i) => [name, values[i]!])))
        const different = difference([ours], eager(graph, values), 1e-6)
        if (!Array.isArray(different) || different.length > 0) wrong.push([op, inputs, attributes, different])
      } catch (error) {
        if (!(error instanceof Unlowered)) wrong.push([op, inputs, attributes, String(error)])
        refused.add(`${op} ${String(error).replace(/.*kernel \w+ (.*) has no form.*/, '$1')}`)
      }
    }
    expect(wrong).toEqual([])
    expect([...refused].sort()).toEqual(['AvgPool', 'MaxPool'].map(op => `${op} with padding of its own`))
  })
})
