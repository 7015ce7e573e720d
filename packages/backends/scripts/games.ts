/** The two GANs that backends are measured on: batch 64, critic and generator step with Adam. */
import {
  adam,
  alternating,
  type Context,
  fold,
  gan,
  gaussianLatent,
  type Key,
  type Loss,
  makeStep,
  type Network,
  normal,
  type Params,
  type Step,
} from '@equilibria/core'
import {
  add,
  conv2d,
  conv2dTranspose,
  leakyRelu,
  matMul,
  mean,
  moments,
  mul,
  neg,
  ones,
  relu,
  reshape,
  rsqrt,
  type Scalar,
  softplus,
  sub,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tanh,
  zeros,
} from '@tensorflow/tfjs-core'

const logistic: Loss = {
  critic: (real, fake) => add(mean(softplus(neg(real))), mean(softplus(fake))) as Scalar,
  generator: fake => mean(softplus(neg(fake))) as Scalar,
}

type Layer = { [name: string]: Tensor }
type Build = (key: Key) => { [layer: string]: Layer }
const network = (
  init: Build,
  apply: (p: { [layer: string]: Layer }, x: Tensor, context: Context) => Tensor,
): Network => ({ init: init as (key: Key) => Params, apply: apply as Network['apply'] })

const dense = (key: Key, inputs: number, outputs: number): Layer => ({
  w: normal(key, [inputs, outputs], 0, Math.sqrt(1 / inputs)),
  b: zeros([outputs]),
})
const affine = (p: Layer, x: Tensor): Tensor => add(matMul(x as Tensor2D, p.w as Tensor2D), p.b!)

/** MLP 100-256-512-784 against 784-512-256-1. */
export function mlp(): Step {
  const widths = [100, 256, 512, 784]
  const stack = (sizes: number[]): Build => {
    return key =>
      Object.fromEntries(
        sizes.slice(1).map((outputs, i) => [`${i}`, dense(fold(key, `${i}`), sizes[i]!, outputs)]),
      )
  }
  const run = (p: { [layer: string]: Layer }, x: Tensor): Tensor => {
    const layers = Object.keys(p)
    return layers.reduce((h, name, i) => {
      const y = affine(p[name]!, h)
      return i + 1 < layers.length ? leakyRelu(y, 0.2) : y
    }, x)
  }
  return makeStep({
    game: gan({
      generator: network(stack(widths), (p, x) => tanh(run(p, x))),
      critic: network(stack([784, 512, 256, 1]), (p, x) => reshape(run(p, x), [-1])),
      latent: gaussianLatent(100),
      loss: logistic,
    }),
    dynamics: alternating({ critic: 1 }),
    optimizer: adam(2e-4, { beta1: 0.5 }),
  } as never) as unknown as Step
}

/** DCGAN at 28 x 28: 4 x 4 kernels, stride 2, 64 and 128 channels, batch norm in the generator. */
export function dcgan(): Step {
  const kernel = (key: Key, shape: [number, number, number, number]): Layer => ({
    w: normal(key, shape, 0, 0.02),
  })
  const norm = (channels: number): Layer => ({ gain: ones([channels]), bias: zeros([channels]) })
  const batchNorm = (p: Layer, x: Tensor): Tensor => {
    const { mean: m, variance } = moments(x, x.rank === 4 ? [0, 1, 2] : [0])
    return add(mul(mul(sub(x, m), rsqrt(add(variance, 1e-5))), p.gain!), p.bias!)
  }
  const up = (p: Layer, x: Tensor, shape: [number, number, number, number]): Tensor =>
    conv2dTranspose(x as Tensor4D, p.w as Tensor4D, shape, 2, 'same')
  const down = (p: Layer, x: Tensor): Tensor => conv2d(x as Tensor4D, p.w as Tensor4D, 2, 'same')
  const generator = network(
    key => ({
      project: dense(fold(key, 'project'), 100, 7 * 7 * 128),
      norm0: norm(128),
      up1: kernel(fold(key, 'up1'), [4, 4, 64, 128]),
      norm1: norm(64),
      up2: kernel(fold(key, 'up2'), [4, 4, 1, 64]),
    }),
    (p, z) => {
      const n = z.shape[0]!
      const h0 = relu(batchNorm(p.norm0!, reshape(affine(p.project!, z), [n, 7, 7, 128])))
      const h1 = relu(batchNorm(p.norm1!, up(p.up1!, h0, [n, 14, 14, 64])))
      return tanh(up(p.up2!, h1, [n, 28, 28, 1]))
    },
  )
  const critic = network(
    key => ({
      down1: kernel(fold(key, 'down1'), [4, 4, 1, 64]),
      down2: kernel(fold(key, 'down2'), [4, 4, 64, 128]),
      logit: dense(fold(key, 'logit'), 7 * 7 * 128, 1),
    }),
    (p, x) => {
      const h1 = leakyRelu(down(p.down1!, x), 0.2)
      const h2 = leakyRelu(down(p.down2!, h1), 0.2)
      return reshape(affine(p.logit!, reshape(h2, [x.shape[0]!, -1])), [-1])
    },
  )
  return makeStep({
    game: gan({ generator, critic, latent: gaussianLatent(100), loss: logistic }),
    dynamics: alternating({ critic: 1 }),
    optimizer: adam(2e-4, { beta1: 0.5 }),
  } as never) as unknown as Step
}
