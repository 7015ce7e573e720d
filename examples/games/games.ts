import * as acGan from './ac-gan.ts'
import * as adversarialAutoencoder from './adversarial-autoencoder.ts'
import * as bigan from './bigan.ts'
import * as bilinear from './bilinear.ts'
import * as conditional from './conditional.ts'
import * as contraGan from './contra-gan.ts'
import * as cycleGan from './cycle-gan.ts'
import * as dirac from './dirac.ts'
import * as infoGan from './info-gan.ts'
import * as matrixGame from './matrix-game.ts'
import * as multiCritic from './multi-critic.ts'
import * as multiGenerator from './multi-generator.ts'
import * as pix2pix from './pix2pix.ts'
import * as quadratic from './quadratic.ts'
import * as semiSupervised from './semi-supervised.ts'
import * as vaeGan from './vae-gan.ts'

/** A script: how many steps it takes unless told, and the numbers it measures after as many as it is told. */
export interface Example {
  readonly steps: number
  run(budget?: number): Promise<{ readonly [what: string]: number }>
}

/** Every script, by the name of its game. */
export const games: { readonly [name: string]: Example } = {
  conditional,
  acGan,
  contraGan,
  semiSupervised,
  infoGan,
  bigan,
  vaeGan,
  adversarialAutoencoder,
  cycleGan,
  pix2pix,
  multiCritic,
  multiGenerator,
  bilinear,
  dirac,
  quadratic,
  matrixGame,
}
