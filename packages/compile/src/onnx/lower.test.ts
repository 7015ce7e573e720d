import '@tensorflow/tfjs-backend-cpu'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { constant, type Graph, input, type Node } from '../graph.ts'
import { call, kernels } from '../kernels.ts'
import { type Case, given, leaky, table } from './cases.fixture.ts'
import { difference, eager } from './compare.fixture.ts'
import type { ChooseForm, Form } from './convolution/forms.ts'
import { lower, Unlowered } from './lower.ts'
import { lowerings } from './operators/index.ts'
import { blockHere, canRun, type Result, runGraph, runModel, tensorOf } from './run.fixture.ts'

/** Kernels that no model computes, and why. */
const unlowered: { readonly [why: string]: readonly string[] } = {
  "the stock gradients, wrong in part: core's own are made of other kernels": [
    'AvgPool3DGrad',
    'AvgPoolGrad',
    'Conv3DBackpropFilterV2',
    'EluGrad',
    'LRNGrad',
    'MaxPool3DGrad',
    'MaxPoolGrad',
    'ResizeBilinearGrad',
    'ResizeNearestNeighborGrad',
  ],
  'nothing here calls it': [
    'Bincount',
    'BroadcastArgs',
    'CropAndResize',
    'DenseBincount',
    'Dilation2D',
    'Dilation2DBackpropFilter',
    'Dilation2DBackpropInput',
    'RotateWithOffset',
    'SearchSorted',
    'SparseToDense',
    'TensorScatterUpdate',
    'Transform',
  ],
}

beforeAll(() => setBackend('cpu'))

const graphOf = ({ op, attributes = {} }: Case, from: readonly Result[]): Graph => {
  const inputs = from.map(({ shape, dtype }) => input(shape, dtype))
  return { inputs, outputs: [call(op, inputs, attributes)] }
}

const title = ({ op, inputs, attributes }: Case) =>
  [
    op,
    ...inputs.map(x => ('shape' in x ? `${x.dtype ?? 'float32'}[${x.shape}]` : `[${x}]`)),
    ...(attributes ? [JSON.stringify(attributes)] : []),
  ].join(' ')

describe.skipIf(!canRun)('a lowered kernel gives what the cpu backend gives', () => {
  it.each(table.map(each => [title(each), each] as const))('%s', async (_, each) => {
    const inputs = given(each.inputs)
    const graph = graphOf(each, inputs)
    const ours = await runGraph(graph, inputs)
    expect(difference(ours, eager(graph, inputs), 1e-6)).toEqual([])
  })
})

describe.skipIf(!canRun)('a convolution in every form that a device may choose', () => {
  const plain = table.filter(({ op }) => /^(Fused)?Conv2D/.test(op))
  const widths = [
    [1, 5],
    [3, 16],
    [16, 3],
    [32, 16],
    [24, 8],
    [16, 40],
  ] as const
  const wide = widths.flatMap(([inputs, outputs]) =>
    [
      { size: 6, filter: 3, strides: 1, pad: 'same' },
      { size: 7, filter: 4, strides: 2, pad: 'same' },
      { size: 6, filter: 1, strides: 1, pad: 'same' },
      { size: 5, filter: 1, strides: 2, pad: 'valid' },
      { size: 8, filter: 5, strides: 3, pad: 'valid' },
    ].flatMap(({ size, filter, ...how }): Case[] => {
      const x: [number, number, number, number] = [2, size, size, inputs]
      const kernel: [number, number, number, number] = [filter, filter, inputs, outputs]
      const attributes = { dataFormat: 'NHWC', dilations: [1, 1], ...how }
      const y = call('Conv2D', [input(x), input(kernel)], attributes).shape
      return [
        { op: 'FusedConv2D', inputs: [x, kernel, [outputs]], attributes },
        { op: 'FusedConv2D', inputs: [x, kernel, [outputs]], attributes: { ...attributes, ...leaky } },
        { op: 'FusedConv2D', inputs: [x, kernel], attributes: { ...attributes, activation: 'relu' } },
        { op: 'Conv2DBackpropInput', inputs: [y, kernel], attributes: { ...attributes, inputShape: x } },
        { op: 'Conv2DBackpropFilter', inputs: [x, y], attributes: { ...attributes, filterShape: kernel } },
      ]
    }),
  )

  it.each([...plain, ...wide].map(each => [title(each), each] as const))('%s', async (_, each) => {
    const inputs = given(each.inputs)
    const graph = graphOf(each, inputs)
    const expected = eager(graph, inputs)
    const tried = new Set<Form>()
    for (const form of ['standard', 'patches', 'blocked', 'rows', 'cells'] as const) {
      const choose: ChooseForm = (_pass, _extent, possible) => {
        const chosen = possible.includes(form) ? form : 'standard'
        tried.add(chosen)
        return chosen
      }
      const model = lower(graph, { device: { kind: 'cpu', block: await blockHere() }, form: choose })
      expect(difference(await runModel(model, inputs), expected, 1e-5), form).toEqual([])
    }
    expect(tried.size).toBeGreaterThan(1)
  })
})

// Whether GPUs then compute it is for the matrix (test/matrix).
describe.skipIf(!canRun)('what is written otherwise for GPUs is the same', () => {
  const other = table.filter(({ op }) => /^(Pow|ResizeBilinear|DepthwiseConv2dNativeBackpropInput)$/.test(op))
  it.each(other.map(each => [title(each), each] as const))('%s', async (_, each) => {
    const inputs = given(each.inputs)
    const graph = graphOf(each, inputs)
    const ours = await runModel(lower(graph, { device: { kind: 'gpu' } }), inputs)
    expect(difference(ours, eager(graph, inputs), 1e-5)).toEqual([])
  })
})

describe.skipIf(!canRun)('pooling in the blocks of this processor', () => {
  const pools = ['AvgPool', 'MaxPool'].flatMap(op =>
    [
      { filterSize: [2, 2], strides: [2, 2], pad: 'valid' },
      { filterSize: [3, 2], strides: [2, 1], pad: 'same' },
      { filterSize: [1, 1], strides: [2, 2], pad: 'valid' },
    ].map((attributes): Case => ({ op, inputs: [[2, 6, 5, 32]], attributes })),
  )
  it.each(pools.map(each => [title(each), each] as const))('%s', async (_, each) => {
    const inputs = given(each.inputs)
    const graph = graphOf(each, inputs)
    const device = { kind: 'cpu', block: await blockHere() } as const
    const ours = await runModel(lower(graph, { device }), inputs)
    expect(difference(ours, eager(graph, inputs), 1e-6)).toEqual([])
  })
})

describe.skipIf(!canRun)('convolutions of parts are one in groups', () => {
  const groups = 2
  const half = (node: Node, i: number) => {
    const size = node.shape.with(3, node.shape[3]! / groups)
    return call('Slice', [node], { begin: [0, 0, 0, i * size[3]!], size })
  }
  const joined = (op: string, a: Node, b: Node, attributes: (parts: readonly Node[]) => object) => {
    const parts = [0, 1].map(i => {
      const own = [half(a, i), half(b, i)]
      return call(op, own, { strides: 1, pad: 'same', dataFormat: 'NHWC', dilations: 1, ...attributes(own) })
    })
    return call('Concat', parts, { axis: 3 })
  }
  const images = [2, 6, 5, 32]
  const filter = [3, 3, 16, 48]
  const results = [2, 6, 5, 48]

  it.each([
    ['Conv2D', images, filter, () => ({})],
    ['Conv2DBackpropInput', results, filter, () => ({ inputShape: images.with(3, 16) })],
    ['Conv2DBackpropFilter', images, results, () => ({ filterShape: filter.with(3, 24) })],
  ] as const)('%s', async (op, a, b, attributes) => {
    const inputs = given([a, b])
    const [x, y] = inputs.map(({ shape, dtype }) => input(shape, dtype)) as [Node, Node]
    const graph = { inputs: [x, y], outputs: [joined(op, x, y, attributes)] }
    for (const form of ['standard', 'patches', 'blocked', 'rows', 'cells'] as const) {
      const chosen: Form[] = []
      const model = lower(graph, {
        device: { kind: 'cpu', block: await blockHere() },
        form: (_pass, _extent, possible) => {
          chosen.push(possible.includes(form) ? form : possible[0]!)
          return chosen.at(-1)!
        },
      })
      expect(difference(await runModel(model, inputs), eager(graph, inputs), 1e-5), form).toEqual([])
      expect(chosen).toHaveLength(1)
    }
    const forGpus = lower(graph, { device: { kind: 'gpu' } })
    expect(difference(await runModel(forGpus, inputs), eager(graph, inputs), 1e-5)).toEqual([])
  })

  it('unless a part is needed besides', async () => {
    const inputs = given([images, filter])
    const [x, y] = inputs.map(({ shape, dtype }) => input(shape, dtype)) as [Node, Node]
    const whole = joined('Conv2D', x, y, () => ({}))
    const graph = { inputs: [x, y], outputs: [whole, whole.inputs[1]!] }
    expect(difference(await runModel(lower(graph), inputs), eager(graph, inputs), 1e-5)).toEqual([])
  })
})

describe.skipIf(!canRun)('a model', () => {
  const x = tensorOf([1, -2], [2])

  it('has all inputs, used or not', async () => {
    const [a, b] = [input([2]), input([3], 'int32')]
    const model = lower({ inputs: [b, a], outputs: [call('Neg', [a])] })
    expect(model.inputs).toEqual(['i0', 'i1'])
    const [y] = await runModel(model, [tensorOf([1, 2, 3], [3], 'int32'), x])
    expect(y).toEqual(tensorOf([-1, 2], [2]))
  })

  it('gives inputs, constants and one value twice', async () => {
    const a = input([2])
    const negative = call('Neg', [a])
    const three = constant(Int32Array.of(3), [], 'int32')
    const graph = {
      inputs: [a],
      outputs: [negative, a, three, negative, call('Cast', [a], { dtype: 'float32' })],
    }
    const minus = tensorOf([-1, 2], [2])
    expect(await runGraph(graph, [x])).toEqual([minus, x, tensorOf([3], [], 'int32'), minus, x])
  })

  it('computes once what is asked for twice', () => {
    const a = input([2, 2])
    const sums = [false, true].map(keepDims => call('Sum', [a], { axis: [0], keepDims }))
    const text = new TextDecoder('latin1').decode(lower({ inputs: [a], outputs: sums }).model)
    expect(text.split('MatMul').length - 1).toBe(1)
  })
})

describe('lower', () => {
  it('names the kernel that it cannot write', () => {
    const a = input([2])
    const unknown = { op: 'Magic', inputs: [a], attributes: {}, shape: [2], dtype: 'float32' } as const
    const attempt = () => lower({ inputs: [a], outputs: [unknown] })
    expect(attempt).toThrow(Unlowered)
    expect(attempt).toThrow('kernel Magic has no ONNX form')
  })

  it('writes for GPUs what the runtime can do there', () => {
    const device = { kind: 'gpu' } as const
    const [a, b] = [input([2, 1, 4]), input([3, 1])]
    const { model } = lower({ inputs: [a, b], outputs: [call('Pow', [a, b], {})] }, { device })
    expect(new TextDecoder('latin1').decode(model).split('Expand').length - 1).toBe(2)
    const [dy, filter] = [input([2, 2, 2, 2, 2]), input([2, 2, 2, 1, 2])]
    const volume = { strides: 2, pad: 'same', inputShape: [2, 4, 4, 4, 1] }
    const dx = call('Conv3DBackpropInputV2', [dy, filter], volume)
    expect(() => lower({ inputs: [dy, filter], outputs: [dx] }, { device })).toThrow(Unlowered)
  })

  it('knows every kernel that a graph may be made of, or there is a reason', () => {
    const missing = Object.keys(kernels).filter(op => !(op in lowerings))
    expect(missing.sort()).toEqual(Object.values(unlowered).flat().sort())
  })

  it('is tried with every kernel that it knows', () => {
    const tried = new Set(table.map(({ op }) => op))
    expect(Object.keys(lowerings).filter(op => !tried.has(op) && op !== 'Constant')).toEqual([])
  })
})
