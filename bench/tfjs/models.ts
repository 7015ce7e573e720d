/**
 * The models of the bench as someone writes them by hand in tfjs, with nothing of ours: variables, operations, and the same shapes and
 * maths as `../models.ts`. `tf` is handed in, since tfjs-node brings a copy of its own.
 */
import type * as tfjs from '@tensorflow/tfjs-core'
import type { ModelName } from '../options.ts'

type Tf = typeof tfjs
type Tensor = tfjs.Tensor
type Images = tfjs.Tensor4D
type Layer = (x: Tensor) => Tensor

/** A pair of networks. */
export interface Pair {
  readonly dimensions: number
  readonly shape: readonly number[]
  readonly generator: Layer
  readonly critic: Layer
  readonly generatorVariables: tfjs.Variable[]
  readonly criticVariables: tfjs.Variable[]
  /** Whether R1, and whether R2, with which gamma; whether the loss compares pairs. */
  readonly r1?: number
  readonly r2?: number
  readonly relativistic?: boolean
}

/** Layers that note the variables they make. */
function layersOf(tf: Tf, variables: tfjs.Variable[]) {
  const weight = (shape: number[], deviation = 0.02) => {
    const variable = tf.variable(tf.randomNormal(shape, 0, deviation))
    variables.push(variable)
    return variable
  }
  const bias = (size: number) => weight([size], 0)
  const chain =
    (...layers: Layer[]): Layer =>
    x =>
      layers.reduce((y, layer) => layer(y), x)
  const dense = (inputs: number, outputs: number, biased = true): Layer => {
    const w = weight([inputs, outputs]) as unknown as tfjs.Tensor2D
    const b = biased ? bias(outputs) : undefined
    return x => (b ? tf.add(tf.matMul(x as tfjs.Tensor2D, w), b) : tf.matMul(x as tfjs.Tensor2D, w))
  }
  const conv = (inputs: number, outputs: number, size: number, stride = 1, biased = true): Layer => {
    const w = weight([size, size, inputs, outputs]) as unknown as Images
    const b = biased ? bias(outputs) : undefined
    return x => {
      const y = tf.conv2d(x as Images, w, stride, 'same')
      return b ? tf.add(y, b) : y
    }
  }
  const grouped = (channels: number, groups: number): Layer => {
    const w = weight([3, 3, channels / groups, channels])
    const b = bias(channels)
    return x => {
      const kernels = tf.split(w as Tensor, groups, 3)
      const parts = tf.split(x, groups, 3)
      const y = tf.concat(
        parts.map((part, i) => tf.conv2d(part as Images, kernels[i] as Images, 1, 'same')),
        3,
      )
      return tf.add(y, b)
    }
  }
  const convTranspose = (inputs: number, outputs: number, biased = true): Layer => {
    const w = weight([4, 4, outputs, inputs]) as unknown as Images
    const b = biased ? bias(outputs) : undefined
    return x => {
      const [n, h, width] = x.shape as [number, number, number, number]
      const y = tf.conv2dTranspose(x as Images, w, [n, 2 * h, 2 * width, outputs], 2, 'same')
      return b ? tf.add(y, b) : y
    }
  }
  /** Batch norm; the statistics of the last batch stand for standing ones when sampling. */
  const batchNorm = (channels: number): Layer => {
    const gain = tf.variable(tf.ones([channels]))
    variables.push(gain)
    const offset = bias(channels)
    return x => {
      const { mean, variance } = tf.moments(x, [...x.shape.keys()].slice(0, -1))
      return tf.batchNorm(
        x as Images,
        mean as tfjs.Tensor1D,
        variance as tfjs.Tensor1D,
        offset as unknown as tfjs.Tensor1D,
        gain as unknown as tfjs.Tensor1D,
        1e-5,
      )
    }
  }
  const map = ([h, w]: readonly [number, number], channels: number) => weight([h, w, channels], 1)
  return { chain, dense, conv, grouped, convTranspose, batchNorm, map }
}

const pairOf = (
  tf: Tf,
  make: (layers: ReturnType<typeof layersOf>) => { generator: () => Layer; critic: () => Layer },
  about: Omit<Pair, 'generator' | 'critic' | 'generatorVariables' | 'criticVariables'>,
): Pair => {
  const [generatorVariables, criticVariables]: [tfjs.Variable[], tfjs.Variable[]] = [[], []]
  return {
    ...about,
    generator: make(layersOf(tf, generatorVariables)).generator(),
    critic: make(layersOf(tf, criticVariables)).critic(),
    generatorVariables,
    criticVariables,
  }
}

/** A model's networks with fresh variables. */
export function pair(tf: Tf, name: ModelName): Pair {
  const relu: Layer = x => tf.relu(x)
  const leaky: Layer = x => tf.leakyRelu(x, 0.2)
  const tanh: Layer = x => tf.tanh(x)
  const flat: Layer = x => tf.reshape(x, [x.shape[0]!, -1])
  const logits: Layer = x => tf.reshape(x, [-1])
  const shaped =
    (...row: number[]): Layer =>
    x =>
      tf.reshape(x, [x.shape[0]!, ...row])
  const twice = (x: Tensor): [number, number] => [x.shape[1]! * 2, x.shape[2]! * 2]
  const half: Layer = x => tf.avgPool(x as Images, 2, 2, 'valid')
  const residual =
    (body: Layer, shortcut: Layer = x => x): Layer =>
    x =>
      tf.add(body(x), shortcut(x))

  const build: Record<ModelName, () => Pair> = {
    mlp: () =>
      pairOf(
        tf,
        ({ chain, dense }) => ({
          generator: () =>
            chain(
              ...[dense(100, 256), leaky, dense(256, 512), leaky, dense(512, 784), tanh, shaped(28, 28, 1)],
            ),
          critic: () => chain(flat, dense(784, 512), leaky, dense(512, 256), leaky, dense(256, 1), logits),
        }),
        { dimensions: 100, shape: [28, 28, 1] },
      ),
    dcgan: () =>
      pairOf(
        tf,
        ({ chain, dense, conv, convTranspose, batchNorm }) => ({
          generator: () =>
            chain(
              ...[dense(100, 6272, false), shaped(7, 7, 128), batchNorm(128), relu],
              ...[convTranspose(128, 64, false), batchNorm(64), relu],
              ...[convTranspose(64, 1), tanh],
            ),
          critic: () =>
            chain(conv(1, 64, 4, 2), leaky, conv(64, 128, 4, 2), leaky, flat, dense(6272, 1), logits),
        }),
        { dimensions: 100, shape: [28, 28, 1] },
      ),
    resnet: () =>
      pairOf(
        tf,
        ({ chain, dense, conv, batchNorm }) => {
          const nearest: Layer = x => tf.image.resizeNearestNeighbor(x as Images, twice(x))
          const up = () =>
            residual(
              chain(
                ...[batchNorm(64), relu, nearest, conv(64, 64, 3, 1, false)],
                ...[batchNorm(64), relu, conv(64, 64, 3, 1, false)],
              ),
              chain(conv(64, 64, 1, 1, false), nearest),
            )
          const keeping = () => chain(relu, conv(64, 64, 3), relu, conv(64, 64, 3))
          return {
            generator: () =>
              chain(
                ...[dense(128, 1024), shaped(4, 4, 64), up(), up(), up()],
                ...[batchNorm(64), relu, conv(64, 3, 3), tanh],
              ),
            critic: () =>
              chain(
                residual(chain(conv(3, 64, 3), relu, conv(64, 64, 3), half), chain(half, conv(3, 64, 1))),
                residual(chain(keeping(), half), chain(half, conv(64, 64, 1))),
                residual(keeping()),
                residual(keeping()),
                ...[relu, (x: Tensor) => tf.sum(x, [1, 2]), dense(64, 1), logits],
              ),
          }
        },
        { dimensions: 128, shape: [32, 32, 3], r1: 1 },
      ),
    r3gan: () =>
      pairOf(
        tf,
        ({ chain, dense, conv, grouped, map }) => {
          const [width, inner, groups] = [32, 64, 4]
          const bilinear: Layer = x => tf.image.resizeBilinear(x as Images, twice(x), false, true)
          const tents = (side: number) => {
            const rows = Array.from({ length: side / 2 }, (_, row) => {
              const heights = Array.from({ length: side }, (__, i) =>
                Math.max(0, 1 - Math.abs((i + 0.5) / 2 - (row + 0.5))),
              )
              const total = heights.reduce((x, y) => x + y)
              return heights.map(height => height / total)
            })
            return tf.tensor([rows])
          }
          const shrunk: Layer = x => {
            const [n, h, w, c] = x.shape as [number, number, number, number]
            const rows = tf.matMul(tents(h), tf.reshape(x, [n, h, w * c]))
            const columns = tf.matMul(tents(w), tf.reshape(rows, [(n * h) / 2, w, c]))
            return tf.reshape(columns, [n, h / 2, w / 2, c])
          }
          const block = () =>
            residual(
              chain(
                ...[conv(width, inner, 1), leaky, grouped(inner, groups), leaky],
                conv(inner, width, 1, 1, false),
              ),
            )
          const stage = () => chain(block(), block())
          return {
            generator: () => {
              const from = dense(64, width, false)
              const basis = map([4, 4], width)
              return chain(
                x => tf.mul(basis, tf.reshape(from(x), [-1, 1, 1, width])),
                ...[stage(), bilinear, stage(), bilinear, stage(), bilinear, stage()],
                conv(width, 3, 1, 1, false),
              )
            },
            critic: () => {
              const stages = chain(
                ...[conv(3, width, 1, 1, false), stage(), shrunk, stage(), shrunk, stage(), shrunk, stage()],
              )
              const basis = map([4, 4], width)
              return chain(stages, x => tf.sum(tf.mul(basis, x), [1, 2]), dense(width, 1, false), logits)
            },
          }
        },
        { dimensions: 64, shape: [32, 32, 3], r1: 0.05, r2: 0.05, relativistic: true },
      ),
  }
  return build[name]()
}
