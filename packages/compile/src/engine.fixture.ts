import { dcgan, mlp, r3gan, resnet } from '@equilibria/architectures'
import {
  adam,
  alternating,
  type Batch,
  clipByGlobalNorm,
  type Dynamics,
  entries,
  extragradient,
  fold,
  type Game,
  type GanParts,
  type GanPlayers,
  gan,
  gaussianLatent,
  type Key,
  type Loss,
  linear,
  type Network,
  normal,
  type Optimizer,
  type Regularizers,
  rmsprop,
  type Slot,
  sgd,
  simultaneous,
  type Tree,
} from '@equilibria/core'
import {
  every,
  gradientPenalty,
  hinge,
  leastSquares,
  maximumLikelihood,
  minimax,
  nonSaturating,
  r1,
  r2,
  relativisticPairing,
  wasserstein,
} from '@equilibria/losses'
import { ema } from '@equilibria/trainers'
import { type Tensor, tensor1d } from '@tensorflow/tfjs-core'

/** A game to be compiled, and what its batches look like. */
export interface Subject {
  readonly name: string
  readonly game: Game<GanPlayers, Batch>
  readonly shape: readonly number[]
  readonly classes?: number
  readonly dynamics?: Dynamics
  readonly optimizer?: Optimizer
  readonly slots?: { readonly [name: string]: Slot }
}

const small = (over: Partial<GanParts> = {}) =>
  gan({
    generator: mlp.generator({ shape: [6], dimensions: 4, hidden: [12, 12] }),
    critic: mlp.critic({ shape: [6], hidden: [12, 12] }),
    latent: gaussianLatent(4),
    loss: nonSaturating(),
    ...over,
  })

const image = (
  size: number,
  channels: number,
  generator: Network,
  critic: Network,
  criticTerms: Regularizers = {},
) => ({
  shape: [size, size, channels],
  game: gan({ generator, critic, latent: gaussianLatent(8), loss: nonSaturating(), criticTerms }),
})

const losses: { readonly [name: string]: Loss } = {
  minimax: minimax(),
  nonSaturating: nonSaturating(),
  maximumLikelihood: maximumLikelihood(),
  leastSquares: leastSquares(),
  hinge: hinge(),
  wasserstein: wasserstein({ unbounded: true }),
  relativisticPairing: relativisticPairing(),
}

const regularizers: { readonly [name: string]: Regularizers } = {
  r1: { r1: r1(1) },
  r2: { r2: r2(1) },
  gradientPenalty: { gp: gradientPenalty() },
  every: { lazy: every(3, r1(1)) },
}

const dynamics: { readonly [name: string]: Dynamics } = {
  simultaneous: simultaneous(),
  'alternating, 3 critic moves': alternating({ critic: 3 }),
  extragradient: extragradient(),
}

const optimizers: { readonly [name: string]: Optimizer } = {
  'sgd, nesterov': sgd(0.05, { momentum: 0.9, nesterov: true }),
  'adam, scheduled': adam(linear(1e-2, 1e-4, 30), { beta1: 0.5 }),
  rmsprop: rmsprop(1e-3),
  'clipped adam': clipByGlobalNorm(0.5, adam(1e-3)),
}

const vector = { shape: [6] }

/** Every loss, regularizer, dynamics, optimizer and kind of network, each in a game of its own. */
export const subjects: readonly Subject[] = [
  ...Object.entries(losses).map(([name, loss]) => ({
    name: `loss ${name}`,
    ...vector,
    game: small({ loss }),
  })),
  ...Object.entries(regularizers).map(([name, criticTerms]) => ({
    name: `regularizer ${name}`,
    ...vector,
    game: small({ criticTerms }),
  })),
  ...Object.entries(dynamics).map(([name, dynamics]) => ({
    name: `dynamics ${name}`,
    ...vector,
    game: small(),
    dynamics,
  })),
  ...Object.entries(optimizers).map(([name, optimizer]) => ({
    name: `optimizer ${name}`,
    ...vector,
    game: small(),
    optimizer,
  })),
  { name: 'slot ema', ...vector, game: small(), slots: { ema: ema(0.9, { rampup: 0.5 }) } },
]

/** Networks of images, small. */
export const imageSubjects: readonly Subject[] = [
  {
    name: 'dcgan, conditional, lazy r1',
    classes: 10,
    ...image(
      28,
      1,
      dcgan.generator({ shape: [28, 28, 1], dimensions: 8, width: 8, classes: 10 }),
      dcgan.critic({ shape: [28, 28, 1], width: 8, classes: 10 }),
      { r1: every(2, r1(1)) },
    ),
  },
  {
    name: 'resnet, spectral norm, r1',
    ...image(
      16,
      3,
      resnet.generator({ shape: [16, 16, 3], dimensions: 8, width: 8 }),
      resnet.critic({ shape: [16, 16, 3], width: 8 }),
      { r1: r1(1) },
    ),
  },
  {
    name: 'r3gan, r1 and r2',
    ...image(
      16,
      3,
      r3gan.generator({ shape: [16, 16, 3], dimensions: 8, width: 16 }),
      r3gan.critic({ shape: [16, 16, 3], width: 16 }),
      { r1: r1(1), r2: r2(1) },
    ),
  },
]

/** Batch number `step` of a subject. */
export const batchOf = ({ shape, classes }: Subject, n: number, key: Key, step: number): Batch => {
  const own = fold(key, step)
  return {
    data: normal(own, [n, ...shape], 0.3, 0.5),
    ...(classes
      ? {
          labels: tensor1d(
            Array.from({ length: n }, (_, i) => (i * 7 + step) % classes),
            'int32',
          ),
        }
      : {}),
  }
}

/** An optimizer that moves nothing and keeps the gradients. */
export const keepsGradients: Optimizer = {
  init: params => ({ gradients: params }),
  update: (gradients, _, params) => [params, { gradients }],
}

/** All numbers of a tree, by path. */
export const numbersOf = async (tree: Tree): Promise<Map<string, Float32Array>> =>
  new Map(
    await Promise.all(
      entries<Tensor>(tree).map(
        async ([path, tensor]) => [path, Float32Array.from(await tensor.data())] as const,
      ),
    ),
  )
