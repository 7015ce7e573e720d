/**
 * Plain tfjs's column of the bench: a loop by hand with tfjs's own gradients and Adam, and nothing of ours in its process.
 *
 *     tfjs/main.ts --model mlp --backend wasm --batch 64
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import util, { parseArgs } from 'node:util'
import type * as tfjs from '@tensorflow/tfjs-core'
import type { ModelName } from '../options.ts'
import { serve, type Trainee } from '../protocol.ts'
import { pair } from './models.ts'

const { values: given } = parseArgs({
  options: {
    model: { type: 'string', default: 'mlp' },
    backend: { type: 'string', default: 'wasm' },
    batch: { type: 'string', default: '64' },
    // Taken from the environment by libtensorflow; the others have one thread in Node.
    threads: { type: 'string', default: '2' },
  },
})

type Tf = typeof tfjs

/** `navigator.gpu` in Node: Dawn, from package `webgpu`. */
async function provideGpu(): Promise<void> {
  const dawn = await import('webgpu')
  Object.assign(globalThis, dawn.globals)
  // Node 20 has no navigator.
  const place = globalThis.navigator ?? { userAgent: 'Node.js' }
  Object.defineProperty(place, 'gpu', { value: dawn.create([]), configurable: true })
  if (!globalThis.navigator) Object.defineProperty(globalThis, 'navigator', { value: place })
}

/** tfjs with its backend. By `require`, since tfjs's own gradients do not load as modules of Node. */
async function load(backend: string): Promise<Tf> {
  if (backend === 'tensorflow') {
    // Removed in Node 23; tfjs-node 4.22 still calls it.
    const legacy = util as { isNullOrUndefined?: (value: unknown) => boolean }
    legacy.isNullOrUndefined ??= value => value === null || value === undefined
    const folder = process.env.EQUILIBRIA_TFJS_NODE
    const from = createRequire(folder ? join(folder, 'package.json') : import.meta.url)
    return from('@tensorflow/tfjs-node') as Tf
  }
  if (backend === 'webgpu') await provideGpu()
  const require = createRequire(import.meta.url)
  const tf = require('@tensorflow/tfjs-core') as Tf
  require('@tensorflow/tfjs-core/dist/register_all_gradients.js')
  require(`@tensorflow/tfjs-backend-${backend}`)
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs has no backend "${backend}" here`)
  return tf
}

await serve(async (): Promise<Trainee> => {
  const n = Number(given.batch)
  const tf = await load(given.backend)
  const model = pair(tf, given.model as ModelName)
  const { dimensions, shape, generator, critic, generatorVariables, criticVariables } = model
  const real = tf.randomUniform([n, ...shape], -1, 1)
  const latent = (rows: number) => tf.randomNormal([rows, dimensions])
  const adam = () => tf.train.adam(2e-4, 0.5, 0.999)
  const [criticOptimizer, generatorOptimizer] = [adam(), adam()]

  /** gamma / 2 E |d D / d x|^2. */
  const penalty = (gamma: number | undefined, x: tfjs.Tensor): tfjs.Scalar => {
    if (gamma === undefined) return tf.scalar(0)
    const slope = tf.grad(at => tf.sum(critic(at)))(x)
    return tf.mul(tf.sum(tf.square(slope)), gamma / 2 / n) as tfjs.Scalar
  }
  const below = (a: tfjs.Tensor) => tf.mean(tf.softplus(tf.neg(a)))
  const criticCost = (fake: tfjs.Tensor) => () => {
    const [onReal, onFake] = [critic(real), critic(fake)]
    const loss = model.relativistic
      ? below(tf.sub(onReal, onFake))
      : tf.add(below(onReal), tf.mean(tf.softplus(onFake)))
    return tf.addN([loss, penalty(model.r1, real), penalty(model.r2, fake)]) as tfjs.Scalar
  }
  const generatorCost = () => {
    const onFake = critic(generator(latent(n)))
    return below(model.relativistic ? tf.sub(onFake, critic(real)) : onFake) as tfjs.Scalar
  }
  const move = (cost: () => tfjs.Scalar, variables: tfjs.Variable[], optimizer: tfjs.AdamOptimizer) =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(cost, variables)
      optimizer.applyGradients(grads as Parameters<typeof optimizer.applyGradients>[0])
      return value
    })
  const count = (variables: tfjs.Variable[]) => variables.reduce((sum, { size }) => sum + size, 0)
  return {
    parameters: { generator: count(generatorVariables), critic: count(criticVariables) },
    versions: { 'tfjs-core': tf.version_core },
    async step(steps) {
      for (let i = 0; i < steps; i++) {
        const fake = tf.tidy(() => generator(latent(n)))
        tf.dispose([move(criticCost(fake), criticVariables, criticOptimizer), fake])
        const cost = move(generatorCost, generatorVariables, generatorOptimizer)
        if (i + 1 === steps) await cost.data()
        cost.dispose()
      }
    },
    async sample(rows) {
      const images = tf.tidy(() => generator(latent(rows)))
      await images.data()
      images.dispose()
    },
  }
})
