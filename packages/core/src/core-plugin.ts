import { alternating, type Order } from './dynamics/alternating.ts'
import { type BestResponseOptions, bestResponseAveraging } from './dynamics/best-response-averaging.ts'
import { type CompetitiveOptions, competitive } from './dynamics/competitive.ts'
import { consensus } from './dynamics/consensus.ts'
import { extragradient } from './dynamics/extragradient.ts'
import { type FictitiousPlayOptions, fictitiousPlay } from './dynamics/fictitious-play.ts'
import { type LookaheadOptions, lookahead } from './dynamics/lookahead.ts'
import { type LossBalancedOptions, lossBalanced } from './dynamics/loss-balanced.ts'
import { negativeMomentum } from './dynamics/negative-momentum.ts'
import { optimistic } from './dynamics/optimistic.ts'
import { pastExtragradient } from './dynamics/past-extragradient.ts'
import { simultaneous } from './dynamics/simultaneous.ts'
import { type SymplecticOptions, symplecticAdjustment } from './dynamics/symplectic.ts'
import { type Factors, twoTimeScale } from './dynamics/two-time-scale.ts'
import { type UnrolledOptions, unrolled } from './dynamics/unrolled.ts'
import type { Dynamics } from './dynamics.ts'
import { type AcGanParts, acGan, type ClassifyingParts } from './games/ac-gan.ts'
import { type AutoencoderParts, adversarialAutoencoder } from './games/adversarial-autoencoder.ts'
import { type BiganParts, bigan } from './games/bigan.ts'
import { type BilinearOptions, bilinear } from './games/bilinear.ts'
import { type ContraGanParts, contraGan } from './games/contra-gan.ts'
import { type CycleGanParts, cycleGan } from './games/cycle-gan.ts'
import { type DiracOptions, dirac } from './games/dirac.ts'
import { type GanParts, gan, type Pooling } from './games/gan.ts'
import { type InfoGanParts, infoGan } from './games/info-gan.ts'
import { type MatrixGameOptions, matrixGame, type Payoffs } from './games/matrix-game.ts'
import { type MultiCriticParts, multiCritic } from './games/multi-critic.ts'
import { type MultiGeneratorParts, multiGenerator } from './games/multi-generator.ts'
import { type Pix2pixParts, pix2pix } from './games/pix2pix.ts'
import { type QuadraticOptions, quadratic } from './games/quadratic.ts'
import { semiSupervised } from './games/semi-supervised.ts'
import { type VaeGanParts, vaeGan } from './games/vae-gan.ts'
import { gaussianLatent, uniformLatent } from './latent.ts'
import { type CodedLatent, type CodedLatentOptions, codedLatent } from './latents/coded.ts'
import { optimised } from './latents/optimised.ts'
import { truncated } from './latents/truncated.ts'
import type { Optimizer } from './optimizer.ts'
import { type AdamOptions, adam, adamw } from './optimizers/adam.ts'
import { clipByGlobalNorm } from './optimizers/clip-by-global-norm.ts'
import { maxNorm } from './optimizers/max-norm.ts'
import { type RmspropOptions, rmsprop } from './optimizers/rmsprop.ts'
import { cosine, exponential, linear, piecewise, type Schedule, warmup } from './optimizers/schedule.ts'
import { type SgdOptions, sgd } from './optimizers/sgd.ts'
import { weightClipping } from './optimizers/weight-clipping.ts'
import { entry, fromData, type Options, type Playable, type Plugin, part, parts, required } from './plugin.ts'

/** A game of generator and critic by name: samples come from its generator. */
const generating = <P extends Pick<GanParts, 'generator' | 'latent'>>(
  make: (parts: P) => Playable['game'],
  options: Options = {},
) =>
  entry(
    (given: P): Playable => ({
      game: make(given),
      sampler: { player: 'generator', network: given.generator, latent: given.latent },
    }),
    {
      generator: part('networks'),
      critic: part('networks'),
      latent: part('latents', 'gaussian'),
      loss: part('losses', 'nonSaturating'),
      criticTerms: parts('regularizers'),
      generatorTerms: parts('regularizers'),
      ...options,
    },
  )

const encoding = { encoder: part('networks'), encoderTerms: parts('regularizers') }

/** Core's own dynamics, optimizers, schedules, latents and games, by name. */
export const corePlugin = {
  name: '@equilibria/core',
  dynamics: {
    simultaneous,
    alternating: entry(({ order }) => alternating(order), { order: { critic: 1 } }),
    extragradient,
    pastExtragradient,
    optimistic: entry(({ dynamics }) => optimistic(dynamics), { dynamics: part('dynamics', 'simultaneous') }),
    negativeMomentum: entry(({ momentum, dynamics }) => negativeMomentum(momentum, dynamics), {
      momentum: -0.5,
      dynamics: part('dynamics', { name: 'alternating', order: {} }),
    }),
    consensus: entry(({ weight }) => consensus(weight), { weight: 1 }),
    symplecticAdjustment: entry(({ weight, ...o }) => symplecticAdjustment(weight, o), {
      weight: 1,
      align: true,
    }),
    competitive: entry(competitive, { rate: 0.1, iterations: 8 }),
    unrolled: entry(unrolled, { player: 'generator', steps: 5, inner: part('optimizers', null) }),
    lossBalanced: entry(lossBalanced, { margin: 0.1, cap: 5, order: {}, by: 'cost' }),
    twoTimeScale: entry(({ factors, dynamics }) => twoTimeScale(factors, dynamics), {
      factors: required,
      dynamics: part('dynamics', 'simultaneous'),
    }),
    lookahead: entry(lookahead, { k: 5, alpha: 0.5, dynamics: part('dynamics', 'simultaneous') }),
    fictitiousPlay: entry(fictitiousPlay, { pool: 4, every: 100 }),
    bestResponseAveraging: entry(bestResponseAveraging, { moves: 5, weight: part('schedules', 0.5) }),
  },
  optimizers: {
    sgd: entry(({ rate, ...o }) => sgd(rate, o), {
      rate: part('schedules', 0.1),
      momentum: part('schedules', 0),
      nesterov: false,
    }),
    adam: entry(({ rate, ...o }) => adam(rate, o), {
      rate: part('schedules', 2e-4),
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      differentiable: false,
    }),
    adamw: entry(({ rate, ...o }) => adamw(rate, o), {
      rate: part('schedules', 2e-4),
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      differentiable: false,
      decay: 0.01,
    }),
    rmsprop: entry(({ rate, ...o }) => rmsprop(rate, o), {
      rate: part('schedules', 5e-5),
      decay: 0.9,
      epsilon: 1e-8,
    }),
    clipByGlobalNorm: entry(({ limit, optimizer }) => clipByGlobalNorm(limit, optimizer), {
      limit: 1,
      optimizer: part('optimizers', 'adam'),
    }),
    weightClipping: entry(({ limit, optimizer }) => weightClipping(limit, optimizer), {
      limit: 0.01,
      optimizer: part('optimizers', 'rmsprop'),
    }),
    maxNorm: entry(({ limit, optimizer }) => maxNorm(limit, optimizer), {
      limit: required,
      optimizer: part('optimizers', 'sgd'),
    }),
  },
  schedules: {
    linear: entry(({ from, to, steps }) => linear(from, to, steps), {
      from: required,
      to: 0,
      steps: required,
    }),
    cosine: entry(({ from, to, steps }) => cosine(from, to, steps), {
      from: required,
      to: 0,
      steps: required,
    }),
    exponential: entry(({ from, rate, floor }) => exponential(from, rate, floor), {
      from: required,
      rate: required,
      floor: 0,
    }),
    piecewise: entry(({ boundaries, values }) => piecewise(boundaries, values), {
      boundaries: required,
      values: required,
    }),
    warmup: entry(({ steps, schedule }) => warmup(steps, schedule), {
      steps: required,
      schedule: part('schedules'),
    }),
  },
  latents: {
    gaussian: entry(({ dimensions }) => gaussianLatent(dimensions), { dimensions: 64 }),
    uniform: entry(({ dimensions, bound }) => uniformLatent(dimensions, bound), {
      dimensions: 100,
      bound: Math.sqrt(3),
    }),
    coded: entry(codedLatent, {
      noise: part('latents', 'gaussian'),
      categories: [],
      continuous: 0,
    }),
    truncated: entry(({ threshold, latent }) => truncated(threshold, latent), {
      threshold: required,
      latent: part('latents', 'gaussian'),
    }),
    optimised: entry(({ latent, ...options }) => optimised(options, latent), {
      method: 'natural',
      rate: 0.9,
      damping: 5,
      steps: 1,
      share: 1,
      bound: undefined,
      latent: part('latents', 'gaussian'),
    }),
  },
  games: {
    gan: generating(gan, { pool: undefined }),
    acGan: generating(acGan, { classes: fromData, weight: 1, classifyFakes: true }),
    semiSupervised: generating(semiSupervised, { classes: fromData, weight: 1 }),
    contraGan: generating(contraGan, { dimensions: required, weight: 1, temperature: 1 }),
    infoGan: generating(infoGan, {
      latent: part('latents', { name: 'coded', categories: [10] }),
      recognizer: part('networks', null),
      weight: 1,
    }),
    bigan: generating(bigan, encoding),
    vaeGan: generating(vaeGan, { ...encoding, weight: 1, layer: -1 }),
    adversarialAutoencoder: entry(
      (given: AutoencoderParts): Playable => ({
        game: adversarialAutoencoder(given),
        sampler: { player: 'decoder', network: given.decoder, latent: given.latent },
      }),
      {
        encoder: part('networks'),
        decoder: part('networks'),
        critic: part('networks'),
        latent: part('latents', 'gaussian'),
        loss: part('losses', 'nonSaturating'),
        weight: 1,
        criticTerms: parts('regularizers'),
        encoderTerms: parts('regularizers'),
        decoderTerms: parts('regularizers'),
      },
    ),
    multiCritic: entry(
      (given: MultiCriticParts): Playable => ({
        game: multiCritic(given),
        sampler: { player: 'generator', network: given.generator, latent: given.latent },
      }),
      {
        generator: part('networks'),
        critics: parts('networks'),
        latent: part('latents', 'gaussian'),
        loss: part('losses', 'nonSaturating'),
        hardness: 0,
        criticTerms: parts('regularizers'),
      },
    ),
    multiGenerator: entry(options => ({ game: multiGenerator(options) }), {
      generators: parts('networks'),
      critic: part('networks'),
      classifier: part('networks', null),
      latent: part('latents', 'gaussian'),
      loss: part('losses', 'nonSaturating'),
      weight: 1,
      criticTerms: parts('regularizers'),
    }),
    // These two translate rows instead of sampling; their batches are { data, target }.
    pix2pix: entry(options => ({ game: pix2pix(options) }), {
      generator: part('networks'),
      critic: part('networks'),
      loss: part('losses', 'nonSaturating'),
      weight: 100,
      criticTerms: parts('regularizers'),
      generatorTerms: parts('regularizers'),
      pool: undefined,
    }),
    cycleGan: entry(options => ({ game: cycleGan(options) }), {
      dataCritic: part('networks'),
      targetCritic: part('networks'),
      forward: part('networks'),
      backward: part('networks'),
      loss: part('losses', 'leastSquares'),
      weight: 10,
      identity: 0,
      pool: undefined,
      criticTerms: parts('regularizers'),
    }),
    bilinear: entry(options => ({ game: bilinear(options) }), { matrix: [[1]], from: {} }),
    quadratic: entry(options => ({ game: quadratic(options) }), { costs: required, sizes: {}, from: {} }),
    dirac: entry(options => ({ game: dirac(options) }), {
      loss: part('losses', 'nonSaturating'),
      criticTerms: parts('regularizers'),
      generatorTerms: parts('regularizers'),
      from: {},
    }),
    matrixGame: entry(({ payoffs, ...options }) => ({ game: matrixGame(payoffs, options) }), {
      payoffs: required,
      from: {},
    }),
  },
} satisfies Plugin

declare module './plugin.ts' {
  interface Named {
    'dynamics/simultaneous': () => Dynamics
    'dynamics/alternating': (options: { order: Order }) => Dynamics
    'dynamics/extragradient': () => Dynamics
    'dynamics/pastExtragradient': () => Dynamics
    'dynamics/optimistic': (options: { dynamics: Dynamics }) => Dynamics
    'dynamics/negativeMomentum': (options: { momentum: number; dynamics: Dynamics }) => Dynamics
    'dynamics/consensus': (options: { weight: number }) => Dynamics
    'dynamics/symplecticAdjustment': (options: { weight: number } & SymplecticOptions) => Dynamics
    'dynamics/competitive': (options: CompetitiveOptions) => Dynamics
    'dynamics/unrolled': (options: UnrolledOptions) => Dynamics
    'dynamics/lossBalanced': (options: LossBalancedOptions) => Dynamics
    'dynamics/twoTimeScale': (options: { factors: Factors; dynamics: Dynamics }) => Dynamics
    'dynamics/lookahead': (options: LookaheadOptions) => Dynamics
    'dynamics/fictitiousPlay': (options: FictitiousPlayOptions) => Dynamics
    'dynamics/bestResponseAveraging': (options: BestResponseOptions) => Dynamics
    'optimizers/sgd': (options: { rate: Schedule } & SgdOptions) => Optimizer
    'optimizers/adam': (options: { rate: Schedule } & AdamOptions) => Optimizer
    'optimizers/adamw': (options: { rate: Schedule; decay?: number } & AdamOptions) => Optimizer
    'optimizers/rmsprop': (options: { rate: Schedule } & RmspropOptions) => Optimizer
    'latents/coded': (options: CodedLatentOptions) => CodedLatent
    'games/gan': (options: GanParts & Pooling) => Playable
    'games/acGan': (options: AcGanParts) => Playable
    'games/semiSupervised': (options: ClassifyingParts) => Playable
    'games/infoGan': (options: InfoGanParts) => Playable
    'games/bigan': (options: BiganParts) => Playable
    'games/vaeGan': (options: VaeGanParts) => Playable
    'games/adversarialAutoencoder': (options: AutoencoderParts) => Playable
    'games/contraGan': (options: ContraGanParts) => Playable
    'games/multiCritic': (options: MultiCriticParts) => Playable
    'games/multiGenerator': (options: MultiGeneratorParts) => Playable
    'games/pix2pix': (options: Pix2pixParts) => Playable
    'games/cycleGan': (options: CycleGanParts) => Playable
    'games/bilinear': (options: BilinearOptions) => Playable
    'games/quadratic': (options: QuadraticOptions) => Playable
    'games/dirac': (options: DiracOptions) => Playable
    'games/matrixGame': (options: { payoffs: Payoffs } & MatrixGameOptions) => Playable
  }
}
