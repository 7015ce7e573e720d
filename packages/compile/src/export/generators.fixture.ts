import { dcgan, mlp, r3gan, resnet } from '@equilibria/architectures'
import {
  entries,
  fromLeaves,
  gaussianLatent,
  integers,
  key,
  type Memory,
  mapTree,
  type Network,
  normal,
  type Params,
  sampling,
  standing,
} from '@equilibria/core'
import { add, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core'
import type { RowFunction } from './row-function.ts'

const latent = gaussianLatent(4)
const CLASSES = 3

const networks: { readonly [name: string]: Network } = {
  mlp: mlp.generator({ shape: [2], dimensions: 4, hidden: [8] }),
  'mlp, batch norm, swish': mlp.generator({
    shape: [4, 4, 1],
    dimensions: 4,
    hidden: [8],
    batchNorm: true,
    activation: 'swish',
  }),
  'mlp, classes': mlp.generator({ shape: [2], dimensions: 4, hidden: [8], classes: CLASSES }),
  'dcgan, batch norm': dcgan.generator({ shape: [16, 16, 3], dimensions: 4, width: 4 }),
  'dcgan, classes': dcgan.generator({ shape: [8, 8, 1], dimensions: 4, width: 4, classes: CLASSES }),
  'dcgan, classes without batch norm': dcgan.generator({
    shape: [8, 8, 1],
    dimensions: 4,
    width: 4,
    batchNorm: false,
    classes: CLASSES,
  }),
  resnet: resnet.generator({ shape: [8, 8, 3], dimensions: 4, width: 4 }),
  'resnet, classes': resnet.generator({ shape: [8, 8, 3], dimensions: 4, width: 4, classes: CLASSES }),
  r3gan: r3gan.generator({ shape: [8, 8, 3], dimensions: 4, width: 8 }),
}

/** A generator as a function of rows, and what it is given. */
export interface Generator {
  readonly name: string
  /** Its weights on the current backend, all of them moved: fresh zeros would hide what is lost. */
  make(): RowFunction
  /** Input tensors for n rows. */
  rows(n: number): Tensor[]
}

/** Every network that makes samples, with standing statistics, with and without classes. */
export const generators: readonly Generator[] = Object.entries(networks).map(([name, network]) => {
  const classes = name.includes('classes')
  const labels = (n: number) => tensor1d(integers(key(3), n, CLASSES), 'int32')
  return {
    name,
    make: () => {
      const tree = tidy(() => {
        const params = mapTree(
          (x: Tensor, path) => add(x, normal([7, path.length], x.shape, 0, 0.1)),
          network.init(key(1)),
        ) as Params
        const told = standing(network, params, {
          latent,
          key: key(2),
          n: 8,
          batches: 2,
          ...(classes ? { labels: (_, n) => labels(n) } : {}),
        })
        return { params, standing: told } as never
      }) as { params: Params; standing: Memory }
      return {
        inputs: {
          latent: { shape: [4], dtype: 'float32' },
          ...(classes ? { label: { shape: [], dtype: 'int32' } } : {}),
        },
        output: 'sample',
        weights: Object.fromEntries(entries<Tensor>(tree)),
        apply: ([z, label], weights) => {
          const own = fromLeaves(tree, weights) as typeof tree
          return network.apply(own.params, z!, sampling(own.standing, { labels: label }))
        },
      }
    },
    rows: n => [latent.draw(key(5), n), ...(classes ? [labels(n)] : [])],
  }
})
