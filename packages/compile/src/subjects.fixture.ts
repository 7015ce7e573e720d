import { architecturesPlugin } from '@equilibria/architectures'
import {
  type Batch,
  corePlugin,
  createRegistry,
  type Dynamics,
  fold,
  type Game,
  type Key,
  type Kind,
  normal,
  type Optimizer,
  type Slot,
} from '@equilibria/core'
import { type DivergenceName, lossesPlugin } from '@equilibria/losses'
import { trainersPlugin } from '@equilibria/trainers'
import { tanh, tensor1d } from '@tensorflow/tfjs-core'

/** A game to be compiled, how it is played, and what its batches look like. */
export interface Subject {
  // biome-ignore lint/suspicious/noExplicitAny: games of all players and batches
  readonly game: Game<any, any>
  readonly shape: readonly number[]
  /** Every third row has no label. */
  readonly unlabelled?: boolean
  readonly dynamics?: Dynamics
  readonly optimizer?: Optimizer
  readonly slots?: { readonly [name: string]: Slot }
}

/** A registered name with options, and the subject that has it in it; made when it is asked for, since that may throw. */
export interface Case {
  readonly title: string
  readonly make: () => Subject
}

type Options = { readonly [option: string]: unknown }
/** Options by name: a name is tried with each of these, one that is not here with its defaults. */
type Tried = { readonly [name: string]: readonly Options[] }

const registry = createRegistry()
for (const plugin of [corePlugin, lossesPlugin, architecturesPlugin, trainersPlugin]) registry.use(plugin)

const classes = 3
const shape = [6]

/** A game by name, and how it is played. */
const play = (game: Options, over: Omit<Partial<Subject>, 'game'> = {}): Subject => {
  const facts = { shape: over.shape ?? shape, classes }
  return { shape, ...over, game: registry.make('games', game, facts).game }
}

const latent = { name: 'gaussian', dimensions: 4 }
const generator = { name: 'mlp.generator', dimensions: 4, hidden: [8, 8] }
const critic = { name: 'mlp.critic', hidden: [8, 8] }
const encoder = (dimensions: number) => ({ name: 'mlp.encoder', hidden: [8], dimensions })
const pair = { generator, critic, latent }

const tabled = new Set<string>()
/** Kinds of which something is registered, but that have no table here. */
export const kindsLeftOut = () => registry.kinds().filter(kind => !tabled.has(kind))

/** All that the registry knows of a kind. Throws on options for what it does not know. */
function casesOf(kind: Kind, tried: Tried, subject: (spec: Options & { name: string }) => Subject): Case[] {
  tabled.add(kind)
  for (const name of Object.keys(tried)) registry.find(kind, name)
  return registry.names(kind).flatMap(name =>
    (tried[name] ?? [{}]).map((options, i) => {
      const text = JSON.stringify(options)
      return {
        title: text === '{}' ? name : text.length < 60 ? `${name} ${text}` : `${name} (${i + 1})`,
        make: () => subject({ name, ...options }),
      }
    }),
  )
}

const divergences: { readonly [K in DivergenceName]: true } = {
  kl: true,
  reverseKl: true,
  pearson: true,
  squaredHellinger: true,
  jensenShannon: true,
  gan: true,
  totalVariation: true,
  alpha: true,
}
const comparisons = ['standard', 'leastSquares', 'hinge'].map(comparison => ({ comparison }))
const fading = { name: 'linear', from: 1, to: 0.3, steps: 15 }

const lossOptions: Tried = {
  minimax: [{}, { realLabel: 0.9 }],
  leastSquares: [{}, { a: -1, b: 1, c: 0 }],
  fGan: [
    ...Object.keys(divergences).map(divergence => ({ divergence })),
    { divergence: 'gan', generator: 'alternative' },
  ],
  relativisticPairing: comparisons,
  relativisticAverage: comparisons,
  mmd: [{}, { kernel: 'gaussian' }, { unbiased: false }],
  energyDistance: [{}, { unbiased: false }],
  // A balance that moves.
  began: [{ rate: 0.5 }],
  dualContrastive: [{}, { generator: 'alternative' }],
  topK: [{}, { loss: 'hinge', share: fading }, { loss: 'ebgan' }],
}

const criticFor = (outputs: string) =>
  outputs === 'energies'
    ? {
        name: 'autoencoding',
        encoder: encoder(4),
        decoder: generator,
        norm: 2,
      }
    : outputs === 'vectors'
      ? { ...critic, outputs: 4 }
      : critic

/** Every loss, with a critic that says what it takes, and bounded where it needs that. */
export const losses = casesOf('losses', lossOptions, spec => {
  const { outputs = 'logits', needsLipschitz } = registry.make('losses', spec)
  return play({
    name: 'gan',
    ...pair,
    critic: criticFor(outputs),
    loss: spec,
    criticTerms: needsLipschitz ? { slope: 'gradientPenalty' } : {},
  })
})

const sides = (others: Options = {}) => [
  { ...others, sided: 'two' },
  { ...others, sided: 'one', target: 0.1 },
  { ...others, sided: 'zero' },
]

const termOptions: Tried = {
  gradientPenalty: sides(),
  dragan: sides(),
  featureMatching: [{}, { layers: 'all' }, { distance: 'mean' }],
  orthogonalPenalty: [{ weight: 0.1 }, { weight: 0.1, target: 'full' }],
  every: [
    { k: 3, term: 'r1' },
    { k: 2, term: 'leCam' },
    { k: 2, term: 'pathLength' },
  ],
}

/** Every regularizer, on the costs of both players; rows are pictures and latents are moved, for those that look at it. */
export const regularizers = casesOf('regularizers', termOptions, spec =>
  play(
    {
      name: 'gan',
      ...pair,
      latent: { name: 'optimised', latent },
      criticTerms: { term: spec },
      generatorTerms: { term: spec },
    },
    { shape: [5, 5, 1] },
  ),
)

const conditional = { ...generator, conditional: true, embedding: 3 }
const payoffs = {
  row: [
    [1, -1, 0.5],
    [-1, 1, 2],
  ],
  column: [
    [-1, 1, 0.3],
    [1, -2, 0.1],
  ],
}

const gameOptions: Tried = {
  gan: [
    pair,
    { ...pair, generator: conditional, critic: { ...critic, conditional: true } },
    { ...pair, loss: 'relativisticPairing', fakes: 2 },
    { ...pair, pool: { size: 100, shape } },
  ],
  acGan: [
    { ...pair, generator: conditional, critic: { ...critic, outputs: 1 + classes } },
    {
      ...pair,
      generator: conditional,
      critic: { ...critic, outputs: 1 + classes },
      classifyFakes: false,
    },
  ],
  semiSupervised: [
    { ...pair, critic: { ...critic, outputs: classes }, generatorTerms: { match: 'featureMatching' } },
  ],
  contraGan: [
    {
      ...pair,
      generator: conditional,
      critic: { ...critic, conditional: true, contrast: 4 },
      dimensions: 4,
    },
  ],
  infoGan: [
    {
      ...pair,
      generator: { ...generator, dimensions: 9 },
      latent: { name: 'coded', noise: latent, categories: [2], continuous: 3 },
      recognizer: encoder(8),
    },
    {
      ...pair,
      generator: { ...generator, dimensions: 9 },
      latent: { name: 'coded', noise: latent, categories: [3, 2] },
      critic: { ...critic, outputs: 6 },
    },
  ],
  bigan: [
    { ...pair, critic: { ...critic, shape: [10] }, encoder: encoder(4) },
    { ...pair, critic: { ...critic, shape: [10] }, encoder: encoder(8) },
  ],
  vaeGan: [{ ...pair, encoder: encoder(8) }],
  adversarialAutoencoder: [
    { decoder: generator, latent, encoder: encoder(4), critic: { ...critic, shape: [4] } },
    { decoder: generator, latent, encoder: encoder(8), critic: { ...critic, shape: [4] } },
  ],
  multiCritic: [{ generator, latent, critics: { first: critic, second: critic }, hardness: 1 }],
  multiGenerator: [
    { generators: { one: generator, two: generator }, latent, critic, classifier: encoder(2) },
    { generators: { one: generator, two: generator }, latent, critic },
  ],
  pix2pix: [{ generator: encoder(6), critic: { ...critic, shape: [12] } }],
  cycleGan: [
    {
      dataCritic: critic,
      targetCritic: critic,
      forward: encoder(6),
      backward: encoder(6),
      identity: 0.5,
    },
    {
      dataCritic: critic,
      targetCritic: critic,
      forward: encoder(6),
      backward: encoder(6),
      // Full after two batches.
      pool: { size: 100, shape },
    },
  ],
  bilinear: [
    {
      matrix: [
        [1, -2],
        [0.5, 3],
        [2, 1],
      ],
    },
  ],
  quadratic: [
    {
      sizes: { b: 2 },
      costs: {
        a: {
          matrix: [
            [2, 1, 0],
            [1, 0, -1],
            [0, 3, 1],
          ],
        },
        b: {
          matrix: [
            [0, -1, 2],
            [1, 1, 0.5],
            [0, 0, 3],
          ],
          linear: [1, 2, -1],
        },
      },
    },
  ],
  dirac: [{ from: { critic: [0.7], generator: [-0.4] }, criticTerms: { r1: 'r1' } }],
  matrixGame: [{ payoffs }],
}

/** Every game, of tiny networks. */
export const games = casesOf('games', gameOptions, spec =>
  play(spec, { unlabelled: spec.name === 'semiSupervised' }),
)

const latentOptions: Tried = {
  gaussian: [{ dimensions: 4 }],
  uniform: [{ dimensions: 4 }],
  lattice: [{ dimensions: 4 }],
  coded: [{ noise: { name: 'gaussian', dimensions: 1 }, categories: [2], continuous: 1 }],
  truncated: [{ threshold: 0.8, latent }],
  optimised: [
    { latent },
    {
      method: 'gradient',
      rate: 0.2,
      steps: 2,
      share: 0.6,
      bound: 1.5,
      latent: { name: 'uniform', dimensions: 4, bound: 1.5 },
    },
  ],
}

/** Every kind of latents. */
export const latents = casesOf('latents', latentOptions, spec => play({ name: 'gan', ...pair, latent: spec }))

const small = { name: 'gan', ...pair }

const dynamicsOptions: Tried = {
  alternating: [{}, { order: { critic: 3 } }],
  twoTimeScale: [{ factors: { critic: 4 } }],
  fictitiousPlay: [{ pool: 2, every: 2 }],
  bestResponseAveraging: [{ moves: 2 }],
  lookahead: [{ k: 2 }],
  lossBalanced: [{ margin: 0.2, cap: 2 }],
  competitive: [{ iterations: 2 }],
  unrolled: [{ steps: 2 }],
}

/** Every dynamics, over an optimizer with state, so that masks choose it too. */
export const dynamics = casesOf('dynamics', dynamicsOptions, spec =>
  play(small, {
    dynamics: registry.make('dynamics', spec),
    optimizer: registry.make('optimizers', {
      name: 'adam',
      rate: 0.01,
      beta1: 0.5,
      epsilon: 1e-3,
      differentiable: spec.name === 'unrolled',
    }),
  }),
)

const optimizerOptions: Tried = {
  sgd: [
    { rate: 0.05 },
    { rate: 0.05, momentum: 0.9 },
    { rate: 0.05, momentum: { name: 'linear', from: 0.9, to: 0.5, steps: 4 }, nesterov: true },
  ],
  adam: [
    { rate: 1e-3, beta1: 0.5 },
    { rate: 1e-3, differentiable: true },
  ],
  adamw: [{ rate: 1e-3, decay: 0.1 }],
  rmsprop: [{ rate: 1e-3 }],
  clipByGlobalNorm: [{ limit: 0.1 }],
  weightClipping: [{ limit: 0.1 }],
  maxNorm: [{ limit: 0.5 }],
}

/** Every optimizer. */
export const optimizers = casesOf('optimizers', optimizerOptions, spec =>
  play(small, { optimizer: registry.make('optimizers', spec) }),
)

const scheduleOptions: Tried = {
  linear: [{ from: 0.1, to: 0.01, steps: 4 }],
  cosine: [{ from: 0.1, to: 0.01, steps: 4 }],
  exponential: [{ from: 0.1, rate: 0.8, floor: 0.06 }],
  piecewise: [{ boundaries: [2, 4], values: [0.1, 0.05, 0.01] }],
  hold: [{ steps: 2, schedule: { name: 'linear', from: 0.1, to: 0.01, steps: 3 } }],
  warmup: [{ steps: 3, schedule: { name: 'cosine', from: 0.1, steps: 5 } }],
}

/** Every schedule, of a rate. */
export const schedules = casesOf('schedules', scheduleOptions, spec =>
  play(small, { optimizer: registry.make('optimizers', { name: 'sgd', rate: spec }) }),
)

const slotOptions: Tried = { ema: [{ decay: 0.9 }, { decay: 0.9, rampup: 0.5, players: ['generator'] }] }

/** Every slot that is put beside a game. */
export const slots = casesOf('slots', slotOptions, spec =>
  play(small, { slots: { slot: registry.make('slots', spec) } }),
)

const pictures = { shape: [16, 16, 2] }
const makers: Tried[string] = [{ dimensions: 4, width: 4 }]

/** What each network is tried with, its part in a game aside. */
const networkOptions: Tried = {
  'mlp.generator': [
    { ...generator, batchNorm: true },
    { ...generator, activation: 'swish', conditional: true },
  ],
  'mlp.critic': [
    { ...critic, keep: 0.7, minibatchStdDev: true },
    { ...critic, spectralNorm: true },
  ],
  'mlp.encoder': [{ hidden: [8], dimensions: 8, minibatchStdDev: true }],
  'goodfellow2014.generator': [{ dimensions: 4, hidden: [8] }],
  'goodfellow2014.critic': [{ hidden: [8, 8] }],
  'dcgan.generator': [...makers, { dimensions: 4, width: 4, batchNorm: false, conditional: true }],
  'dcgan.critic': [
    ...['none', 'spectral', 'batch', 'layer', 'instance'].map(norm => ({ width: 4, norm })),
    { width: 4, conditional: true, minibatchStdDev: true },
  ],
  'dcgan.encoder': [{ width: 4, dimensions: 8 }],
  'unet.generator': [{ width: 4, batchNorm: true, keep: 0.7 }],
  'resnet.generator': [
    { dimensions: 4, width: 8 },
    { dimensions: 4, width: 8, conditional: true },
  ],
  'resnet.critic': [{ width: 8 }, { width: 8, spectralNorm: false, conditional: true }],
  'r3gan.generator': [{ dimensions: 4, width: 8, blocks: 1, groupSize: 8, conditional: true }],
  'r3gan.critic': [{ width: 8, blocks: 1, groupSize: 8, conditional: true }],
  joint: [{ dimensions: 4, trunk: encoder(6), head: { ...critic, shape: [10] } }],
  instanceNoise: [{ deviation: { name: 'linear', from: 0.3, to: 0, steps: 4 }, critic }],
  packed: [{ rows: 2, critic: { ...critic, shape: [16, 16, 4] } }],
  autoencoding: [1, 2].map(norm => ({ encoder: encoder(4), decoder: generator, norm })),
  spectralNorm: [{ network: critic }],
  weightNorm: [{ network: critic }],
}

/** Every network, of pictures, in a game that has a place for it; the critic's slope is penalised. */
export const networks = casesOf('networks', networkOptions, spec => {
  const parts = { ...pair, name: 'gan', criticTerms: { r1: 'r1' } }
  const of = {
    joint: { ...parts, name: 'bigan', critic: spec, encoder: encoder(4) },
    autoencoding: { ...parts, critic: spec, loss: 'ebgan' },
    'unet.generator': { name: 'pix2pix', generator: spec, critic: { ...critic, shape: [16, 16, 4] } },
    'mlp.encoder': { ...parts, name: 'vaeGan', encoder: spec },
    'dcgan.encoder': { ...parts, name: 'vaeGan', encoder: spec },
  }[spec.name] ?? { ...parts, [spec.name.endsWith('generator') ? 'generator' : 'critic']: spec }
  return play(of, pictures)
})

/** The networks that learn MNIST, narrow; their critic is penalised at every other step. */
export const digits: Subject = play(
  {
    name: 'gan',
    latent,
    generator: { name: 'dcgan.generator', dimensions: 4, width: 4, conditional: true },
    critic: { name: 'dcgan.critic', width: 4, conditional: true },
    criticTerms: { lazy: { name: 'every', k: 2, term: 'r1' } },
  },
  { shape: [28, 28, 1] },
)

/** Batch number `step` of a subject: rows, what they are to become, and classes. */
export const batchOf = ({ shape, unlabelled = false }: Subject, n: number, key: Key, step: number): Batch => {
  const own = fold(key, step)
  const label = (i: number) => (unlabelled && i % 3 === 0 ? -1 : (i * 7 + step) % classes)
  const data = normal(own, [n, ...shape], 0.3, 0.5)
  return {
    data,
    target: tanh(data),
    labels: tensor1d(
      Array.from({ length: n }, (_, i) => label(i)),
      'int32',
    ),
  } as Batch
}
