import {
  entry,
  fromData,
  type Options,
  type Playable,
  type Plugin,
  part,
  parts,
  required,
} from '../plugin.ts'
import { type AcGanParts, acGan, type ClassifyingParts } from './ac-gan.ts'
import { type AutoencoderParts, adversarialAutoencoder } from './adversarial-autoencoder.ts'
import { type BiganParts, bigan } from './bigan.ts'
import { type BilinearOptions, bilinear } from './bilinear.ts'
import { type ContraGanParts, contraGan } from './contra-gan.ts'
import { type CycleGanParts, cycleGan } from './cycle-gan.ts'
import { type DiracOptions, dirac } from './dirac.ts'
import { type GanOptions, type GanParts, gan } from './gan.ts'
import { type InfoGanParts, infoGan } from './info-gan.ts'
import { type MatrixGameOptions, matrixGame, type Payoffs } from './matrix-game.ts'
import { type MultiCriticParts, multiCritic } from './multi-critic.ts'
import { type MultiGeneratorParts, multiGenerator } from './multi-generator.ts'
import { type Pix2pixParts, pix2pix } from './pix2pix.ts'
import { type QuadraticOptions, quadratic } from './quadratic.ts'
import { semiSupervised } from './semi-supervised.ts'
import { type VaeGanParts, vaeGan } from './vae-gan.ts'

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

/** Core's games, by name. */
export const games = {
  gan: generating(gan, { pool: undefined, fakes: 1 }),
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
} satisfies Plugin['games']

declare module '../plugin.ts' {
  interface Named {
    'games/gan': (options: GanParts & GanOptions) => Playable
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
