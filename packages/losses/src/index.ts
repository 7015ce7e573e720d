export { type Augmentation, type FlipAndShiftOptions, flipAndShift } from './augmentations/flip-and-shift.ts'
export { type BeganOptions, type BeganState, began } from './began.ts'
export { cramer } from './cramer.ts'
export type { LabelOptions } from './cross-entropy.ts'
export type { EstimateOptions } from './discrepancy.ts'
export { type DualContrastiveOptions, dualContrastive } from './dual-contrastive.ts'
export { type EbganOptions, ebgan } from './ebgan.ts'
export { energyDistance } from './energy-distance.ts'
export { type DivergenceName, type FGanOptions, fGan } from './f-gan.ts'
export { hinge } from './hinge.ts'
export type { KernelName, KernelOptions } from './kernels.ts'
export { type LeastSquaresOptions, leastSquares } from './least-squares.ts'
export { maximumLikelihood } from './maximum-likelihood.ts'
export { minimax } from './minimax.ts'
export { mmd } from './mmd.ts'
export { nonSaturating } from './non-saturating.ts'
export { lossesPlugin } from './plugin.ts'
export {
  type BalancedConsistencyOptions,
  balancedConsistency,
  type ConsistencyOptions,
  consistency,
} from './regularizers/consistency.ts'
export { type DraganOptions, dragan } from './regularizers/dragan.ts'
export { every } from './regularizers/every.ts'
export { type FeatureMatchingOptions, featureMatching } from './regularizers/feature-matching.ts'
export { type GradientPenaltyOptions, gradientPenalty, type Sided } from './regularizers/gradient-penalty.ts'
export { historicalAveraging } from './regularizers/historical-averaging.ts'
export { type ImprovedConsistencyOptions, improvedConsistency } from './regularizers/improved-consistency.ts'
export { squaredGradientNorms } from './regularizers/input-gradient.ts'
export {
  type LatentConsistencyOptions,
  latentConsistency,
  latentSensitivity,
} from './regularizers/latent-consistency.ts'
export { latentTransport } from './regularizers/latent-transport.ts'
export { type LeCamOptions, leCam } from './regularizers/le-cam.ts'
export { modeSeeking } from './regularizers/mode-seeking.ts'
export { type OrthogonalOptions, orthogonalPenalty } from './regularizers/orthogonal-penalty.ts'
export { type PathLengthOptions, pathLength } from './regularizers/path-length.ts'
export { r1 } from './regularizers/r1.ts'
export { r2 } from './regularizers/r2.ts'
export type { Comparison, RelativisticOptions } from './relativistic.ts'
export { relativisticAverage } from './relativistic-average.ts'
export { relativisticPairing } from './relativistic-pairing.ts'
export { repulsiveMmd } from './repulsive-mmd.ts'
export { softmaxGan } from './softmax-gan.ts'
export { type TopKOptions, topK } from './top-k.ts'
export { type BoundOptions, wasserstein } from './wasserstein.ts'
