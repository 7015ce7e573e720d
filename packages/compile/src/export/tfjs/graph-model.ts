import type { io } from '@tensorflow/tfjs-core'
import type { DType } from '../../graph.ts'
import type { Attribute, Initializer, ModelGraph, ValueInfo } from '../../onnx/encode.ts'

/** The two files of a graph model. */
export interface GraphModel {
  /** What stands in model.json. */
  readonly model: io.ModelJSON
  /** The contents of the one file of weights that `model` names. */
  readonly weights: Uint8Array
}

const types = { float32: 'DT_FLOAT', int32: 'DT_INT32', bool: 'DT_BOOL' } as const

const typeOf = (type: string) => {
  if (!Object.hasOwn(types, type)) throw new Error(`a graph model of tfjs has no tensors of ${type}`)
  return types[type as DType]
}

/** Attributes by what their values are, where the value does not show it. */
const flags = new Set([
  'keep_dims',
  'exclusive',
  'reverse',
  'align_corners',
  'half_pixel_centers',
  'transpose_a',
  'transpose_b',
  'adj_x',
  'adj_y',
  'is_training',
])
const typed = new Set(['T', 'SrcT', 'DstT', 'dtype'])

/** AttrValue in the JSON form of TensorFlow's protocol buffers. */
function attributeOf(name: string, value: Attribute): object {
  if (typed.has(name)) return { type: typeOf(value as string) }
  if (flags.has(name)) return { b: value === 1 }
  if (typeof value === 'string') return { s: btoa(value) }
  if (typeof value === 'number') return { i: String(value) }
  if ('float' in value) return { f: value.float }
  return { list: 'floats' in value ? { f: value.floats } : { i: value.map(String) } }
}

const shapeOf = (shape: ValueInfo['shape']) => ({
  dim: shape.map(size => ({ size: typeof size === 'string' ? '-1' : String(size) })),
})

const port = ({ name, shape, type }: ValueInfo) => [
  name,
  { name: `${name}:0`, dtype: typeOf(type), tensorShape: shapeOf(shape) },
]

const bytesOf = ({ data }: Initializer) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

/** A model in TensorFlow's operators as a graph model of tfjs, its weights in one file of the given name. */
export function graphModel(
  { nodes, initializers, inputs, outputs }: ModelGraph,
  { metadata, weightsFile }: { metadata: { readonly [name: string]: string }; weightsFile: string },
): GraphModel {
  const weights = new Uint8Array(initializers.reduce((size, each) => size + bytesOf(each).length, 0))
  let at = 0
  for (const each of initializers) {
    weights.set(bytesOf(each), at)
    at += bytesOf(each).length
  }
  return {
    weights,
    model: {
      format: 'graph-model',
      generatedBy: 'equilibria',
      convertedBy: null,
      signature: {
        inputs: Object.fromEntries(inputs.map(port)),
        outputs: Object.fromEntries(outputs.map(port)),
      },
      userDefinedMetadata: metadata,
      modelTopology: {
        node: [
          ...inputs.map(({ name, shape, type }) => ({
            name,
            op: 'Placeholder',
            attr: { dtype: { type: typeOf(type) }, shape: { shape: shapeOf(shape) } },
          })),
          ...initializers.map(({ name, shape, type }) => ({
            name,
            op: 'Const',
            attr: {
              dtype: { type: typeOf(type) },
              value: { tensor: { dtype: typeOf(type), tensorShape: shapeOf(shape) } },
            },
          })),
          ...nodes.map(({ op, inputs: from, outputs: [name], attributes }) => ({
            name,
            op,
            input: from,
            attr: Object.fromEntries(
              Object.entries(attributes).map(([key, value]) => [key, attributeOf(key, value)]),
            ),
          })),
        ],
        library: {},
        versions: { producer: 1882 },
      },
      weightsManifest: [
        {
          paths: [weightsFile],
          weights: initializers.map(({ name, shape, type }) => ({
            name,
            shape: [...shape],
            dtype: type as DType,
          })),
        },
      ],
    },
  }
}
