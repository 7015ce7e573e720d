import { entry, type Plugin, part, type Regularizer, type Schedule } from '@equilibria/core'
import { type Augmentation, flipAndShift } from './augmentations/flip-and-shift.ts'
import { began } from './began.ts'
import { cramer } from './cramer.ts'
import { dualContrastive } from './dual-contrastive.ts'
import { ebgan } from './ebgan.ts'
import { energyDistance } from './energy-distance.ts'
import { fGan } from './f-gan.ts'
import { hinge } from './hinge.ts'
import { leastSquares } from './least-squares.ts'
import { maximumLikelihood } from './maximum-likelihood.ts'
import { minimax } from './minimax.ts'
import { mmd } from './mmd.ts'
import { nonSaturating } from './non-saturating.ts'
import { balancedConsistency, consistency } from './regularizers/consistency.ts'
import { dragan } from './regularizers/dragan.ts'
import { every } from './regularizers/every.ts'
import { featureMatching } from './regularizers/feature-matching.ts'
import { gradientPenalty } from './regularizers/gradient-penalty.ts'
import { historicalAveraging } from './regularizers/historical-averaging.ts'
import { latentConsistency, latentSensitivity } from './regularizers/latent-consistency.ts'
import { latentTransport } from './regularizers/latent-transport.ts'
import { leCam } from './regularizers/le-cam.ts'
import { modeSeeking } from './regularizers/mode-seeking.ts'
import { orthogonalPenalty } from './regularizers/orthogonal-penalty.ts'
import { pathLength } from './regularizers/path-length.ts'
import { r1 } from './regularizers/r1.ts'
import { r2 } from './regularizers/r2.ts'
import { relativisticAverage } from './relativistic-average.ts'
import { relativisticPairing } from './relativistic-pairing.ts'
import { repulsiveMmd } from './repulsive-mmd.ts'
import { softmaxGan } from './softmax-gan.ts'
import { topK } from './top-k.ts'
import { wasserstein } from './wasserstein.ts'

/** The losses and regularizers of this package, by name. */
export const lossesPlugin = {
  name: '@equilibria/losses',
  losses: {
    minimax: entry(minimax, { realLabel: 1, fakeLabel: 0 }),
    nonSaturating: entry(nonSaturating, { realLabel: 1, fakeLabel: 0 }),
    maximumLikelihood: entry(maximumLikelihood, { realLabel: 1, fakeLabel: 0 }),
    fGan: entry(fGan, { divergence: 'jensenShannon', alpha: 0.5, generator: 'saddle' }),
    leastSquares: entry(leastSquares, { a: 0, b: 1, c: 1 }),
    hinge,
    wasserstein: entry(wasserstein, { unbounded: false }),
    relativisticPairing: entry(relativisticPairing, { comparison: 'standard' }),
    relativisticAverage: entry(relativisticAverage, { comparison: 'standard' }),
    mmd: entry(mmd, { kernel: 'rationalQuadratic', scales: undefined, unbiased: true }),
    repulsiveMmd: entry(repulsiveMmd, { kernel: 'gaussian', scales: undefined, unbiased: true }),
    energyDistance: entry(energyDistance, { unbiased: true, unbounded: false }),
    cramer: entry(cramer, { unbounded: false }),
    began: entry(began, { gamma: 0.5, rate: 0.001 }),
    ebgan: entry(ebgan, { margin: 1 }),
    dualContrastive: entry(dualContrastive, { generator: 'saddle' }),
    softmaxGan,
    topK: entry(topK, { loss: part('losses', 'nonSaturating'), share: part('schedules', 0.5) }),
  },
  regularizers: {
    r1: entry(({ gamma }) => r1(gamma), { gamma: part('schedules', 1) }),
    r2: entry(({ gamma }) => r2(gamma), { gamma: part('schedules', 1) }),
    gradientPenalty: entry(gradientPenalty, { weight: 10, target: 1, sided: 'two' }),
    dragan: entry(dragan, { weight: 10, target: 1, sided: 'two', deviation: 0.5 }),
    leCam: entry(leCam, { weight: 0.3, decay: 0.99 }),
    consistency: entry(consistency, { weight: 10, augmentation: part('augmentations', 'flipAndShift') }),
    balancedConsistency: entry(balancedConsistency, {
      real: 10,
      fake: 10,
      augmentation: part('augmentations', 'flipAndShift'),
    }),
    latentConsistency: entry(latentConsistency, { weight: 5, deviation: 0.05 }),
    latentSensitivity: entry(latentSensitivity, { weight: 0.5, deviation: 0.05 }),
    featureMatching: entry(featureMatching, { weight: 1, layers: 'last', distance: 'squares' }),
    modeSeeking: entry(({ weight }) => modeSeeking(weight), { weight: 1 }),
    pathLength: entry(pathLength, { weight: 2, decay: 0.99 }),
    latentTransport: entry(({ weight }) => latentTransport(weight), { weight: 1 }),
    historicalAveraging: entry(({ weight }) => historicalAveraging(weight), { weight: 1 }),
    orthogonalPenalty: entry(orthogonalPenalty, { weight: 1e-4, target: 'off' }),
    every: entry(({ k, term }) => every(k, term), { k: 16, term: part('regularizers') }),
  },
  augmentations: {
    flipAndShift: entry(flipAndShift, { shift: 4, flip: 0.5 }),
  },
} satisfies Plugin

declare module '@equilibria/core' {
  interface Kinds {
    augmentations: Augmentation
  }
  interface Named {
    'losses/minimax': typeof minimax
    'losses/nonSaturating': typeof nonSaturating
    'losses/maximumLikelihood': typeof maximumLikelihood
    'losses/leastSquares': typeof leastSquares
    'losses/hinge': typeof hinge
    'losses/wasserstein': typeof wasserstein
    'losses/relativisticPairing': typeof relativisticPairing
    'losses/relativisticAverage': typeof relativisticAverage
    'losses/fGan': typeof fGan
    'losses/mmd': typeof mmd
    'losses/energyDistance': typeof energyDistance
    'losses/cramer': typeof cramer
    'losses/began': typeof began
    'losses/ebgan': typeof ebgan
    'losses/repulsiveMmd': typeof repulsiveMmd
    'losses/dualContrastive': typeof dualContrastive
    'losses/softmaxGan': typeof softmaxGan
    'losses/topK': typeof topK
    // By name, options come as one object.
    'regularizers/r1': (options: { gamma?: Schedule }) => Regularizer
    'regularizers/r2': (options: { gamma?: Schedule }) => Regularizer
    'regularizers/gradientPenalty': typeof gradientPenalty
    'regularizers/dragan': typeof dragan
    'regularizers/leCam': typeof leCam
    'regularizers/consistency': typeof consistency
    'regularizers/balancedConsistency': typeof balancedConsistency
    'regularizers/latentConsistency': typeof latentConsistency
    'regularizers/latentSensitivity': typeof latentSensitivity
    'regularizers/featureMatching': typeof featureMatching
    'regularizers/modeSeeking': (options: { weight?: number }) => Regularizer
    'regularizers/pathLength': typeof pathLength
    'regularizers/latentTransport': (options: { weight?: number }) => Regularizer
    'regularizers/historicalAveraging': (options: { weight?: number }) => Regularizer
    'regularizers/orthogonalPenalty': typeof orthogonalPenalty
    'augmentations/flipAndShift': typeof flipAndShift
    'regularizers/every': (options: { k: number; term: Regularizer }) => Regularizer
  }
}
