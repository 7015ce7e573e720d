import { fold, type Key, normal } from '@equilibria/core'
import {
  add,
  conv2d,
  matMul,
  relu,
  reshape,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tensor,
  zeros,
} from '@tensorflow/tfjs-core'

/** Shapes of the classifier's kernels, in order; a bias per output (the last axis) follows each. */
export const shapes = {
  conv1: [5, 5, 1, 8],
  conv2: [5, 5, 8, 16],
  hidden: [7 * 7 * 16, 64],
  top: [64, 10],
} as const

type Layer = keyof typeof shapes

/** A kernel and a bias for each layer. */
export type Weights = { readonly [K in Layer]: { readonly kernel: Tensor; readonly bias: Tensor } }

const layers = Object.keys(shapes) as Layer[]
const record = <V>(f: (layer: Layer) => V) =>
  Object.fromEntries(layers.map(layer => [layer, f(layer)])) as { [K in Layer]: V }
const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)
const outputsOf = (layer: Layer) => shapes[layer].at(-1)!

/** Fresh weights (He et al. 2015), for training. */
export const init = (key: Key): Weights =>
  record(layer => {
    const shape = shapes[layer]
    const inputs = sizeOf(shape) / outputsOf(layer)
    return {
      kernel: normal(fold(key, layer), shape, 0, Math.sqrt(2 / inputs)),
      bias: zeros([outputsOf(layer)]),
    }
  })

/**
 * Two 5x5 convolutions with stride 2 (8 and 16 channels), a hidden layer of 64, relu throughout. x: digits
 * [n, 28, 28, 1] in [-1, 1]. Returns the hidden layer [n, 64] and logits [n, 10].
 */
export function apply(weights: Weights, x: Tensor): { hidden: Tensor; logits: Tensor } {
  const conv = (from: Tensor, { kernel, bias }: Weights[Layer]) =>
    relu(add(conv2d(from as Tensor4D, kernel as Tensor4D, 2, 'same'), bias))
  const dense = (from: Tensor, { kernel, bias }: Weights[Layer]) =>
    add(matMul(from as Tensor2D, kernel as Tensor2D), bias)
  const maps = conv(conv(x, weights.conv1), weights.conv2)
  const hidden = relu(dense(reshape(maps, [x.shape[0]!, sizeOf(maps.shape.slice(1))]), weights.hidden))
  return { hidden, logits: dense(hidden, weights.top) }
}

/**
 * Weights as bytes: for each layer a float32 scale per output, the kernel as int8 in units of its output's scale, then the bias
 * as float32 (little-endian).
 */
export async function pack(weights: Weights): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for (const layer of layers) {
    const kernel = await weights[layer].kernel.data()
    const outputs = outputsOf(layer)
    const scales = new Float32Array(outputs)
    for (let i = 0; i < kernel.length; i++)
      scales[i % outputs] = Math.max(scales[i % outputs]!, Math.abs(kernel[i]!) / 127)
    const steps = Int8Array.from(kernel, (v, i) => Math.round(v / (scales[i % outputs]! || 1)))
    parts.push(floats(scales), new Uint8Array(steps.buffer), floats(await weights[layer].bias.data()))
  }
  return Uint8Array.from(parts.flatMap(part => [...part]))
}

/** The weights that `pack` wrote. The caller owns the tensors. */
export function unpack(bytes: Uint8Array): Weights {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const next = (count: number) =>
    Float32Array.from({ length: count }, () => {
      at += 4
      return view.getFloat32(at - 4, true)
    })
  return record(layer => {
    const shape = shapes[layer]
    const outputs = outputsOf(layer)
    const scales = next(outputs)
    const size = sizeOf(shape)
    const values = Float32Array.from({ length: size }, (_, i) => view.getInt8(at + i) * scales[i % outputs]!)
    at += size
    return { kernel: tensor(values, [...shape]), bias: tensor(next(outputs), [outputs]) }
  })
}

const floats = (values: ArrayLike<number>): Uint8Array => {
  const bytes = new Uint8Array(values.length * 4)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < values.length; i++) view.setFloat32(i * 4, values[i]!, true)
  return bytes
}
