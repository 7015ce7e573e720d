import { describe, expect, it } from 'vitest'
import { encode } from './encode.ts'
import { canRun, runModel, tensorOf } from './run.fixture.ts'

/** o0 = LeakyRelu(i0 + [2, -3]) with slope 0.5, x of shape [2]. */
const tiny = encode({
  nodes: [
    { op: 'Add', inputs: ['i0', 'c'], outputs: ['v'], attributes: {} },
    {
      op: 'LeakyRelu',
      inputs: ['v'],
      outputs: ['o0'],
      attributes: { alpha: { float: 0.5 } },
    },
  ],
  initializers: [{ name: 'c', shape: [2], type: 'float32', data: Float32Array.of(2, -3) }],
  inputs: [{ name: 'i0', shape: [2], type: 'float32' }],
  outputs: [{ name: 'o0', shape: [2], type: 'float32' }],
})

// The same model written by Python's onnx 1.23: make_node, make_graph, make_model, SerializeToString(deterministic=True).
const golden = [
  '08 0a 12 0a 65 71 75 69 6c 69 62 72 69 61 3a 73 0a 0f 0a 02 69 30 0a 01 63 12 01 76 22 03 41 64',
  '64 0a 23 0a 01 76 12 02 6f 30 22 09 4c 65 61 6b 79 52 65 6c 75 2a 0f 0a 05 61 6c 70 68 61 15 00',
  '00 00 3f a0 01 01 12 04 73 74 65 70 2a 11 08 02 10 01 42 01 63 4a 08 00 00 00 40 00 00 40 c0 5a',
  '10 0a 02 69 30 12 0a 0a 08 08 01 12 04 0a 02 08 02 62 10 0a 02 6f 30 12 0a 0a 08 08 01 12 04 0a',
  '02 08 02 42 04 0a 00 10 15',
].join(' ')

const hex = (bytes: Uint8Array) => [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join(' ')

describe('encode', () => {
  it('writes the bytes that the reference implementation writes', () => {
    expect(hex(tiny)).toBe(golden)
  })

  it.skipIf(!canRun)('writes what the runtime reads', async () => {
    const model = { model: tiny, inputs: ['i0'], outputs: ['o0'], room: 0 }
    const [y] = await runModel(model, [tensorOf([1, 1], [2])])
    expect(y).toEqual(tensorOf([3, -1], [2]))
  })
})
