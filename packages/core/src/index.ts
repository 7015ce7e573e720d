export * from './autodiff/index.ts'
export { checkCount, checkNetwork, checkNumber, checkPlayers, checkRecord } from './check.ts'
export * from './clock.ts'
export { corePlugin } from './core-plugin.ts'
export * from './device-fault.ts'
export * from './draws.ts'
export { alternating, type Order } from './dynamics/alternating.ts'
export { type BestResponseOptions, bestResponseAveraging } from './dynamics/best-response-averaging.ts'
export { type CompetitiveOptions, competitive } from './dynamics/competitive.ts'
export { consensus } from './dynamics/consensus.ts'
export { extragradient } from './dynamics/extragradient.ts'
export { type FictitiousPlayOptions, fictitiousPlay } from './dynamics/fictitious-play.ts'
export { type LookaheadOptions, lookahead } from './dynamics/lookahead.ts'
export { type LossBalancedOptions, lossBalanced } from './dynamics/loss-balanced.ts'
export { negativeMomentum } from './dynamics/negative-momentum.ts'
export { optimistic } from './dynamics/optimistic.ts'
export { pastExtragradient } from './dynamics/past-extragradient.ts'
export { simultaneous, simultaneousMove } from './dynamics/simultaneous.ts'
export { type SymplecticOptions, symplecticAdjustment } from './dynamics/symplectic.ts'
export { type Factors, twoTimeScale } from './dynamics/two-time-scale.ts'
export { type UnrolledOptions, unrolled } from './dynamics/unrolled.ts'
export * from './dynamics.ts'
export * from './engine.ts'
export * from './field.ts'
export * from './game.ts'
export { type AcGanParts, acGan, type ClassifyingParts } from './games/ac-gan.ts'
export {
  type AdversarialParts,
  adversarial,
  type Bout,
  type Extras,
  type Share,
  type Shown,
} from './games/adversarial.ts'
export {
  type AutoencoderParts,
  type AutoencoderPlayers,
  adversarialAutoencoder,
} from './games/adversarial-autoencoder.ts'
export { type BiganParts, type BiganPlayers, bigan } from './games/bigan.ts'
export { type BilinearOptions, type BilinearPlayers, bilinear } from './games/bilinear.ts'
export { type ContraGanParts, conditionalContrast, contraGan } from './games/contra-gan.ts'
export { type CycleGanParts, type CycleGanPlayers, cycleGan } from './games/cycle-gan.ts'
export { type DiracOptions, type DiracPlayers, dirac } from './games/dirac.ts'
export {
  type Batch,
  type GanOptions,
  type GanParts,
  type GanPlayers,
  gan,
  type Pooling,
} from './games/gan.ts'
export {
  codeInformation,
  type InfoGanParts,
  type InfoGanPlayers,
  infoGan,
  recognizerWidth,
} from './games/info-gan.ts'
export {
  type MatrixGameOptions,
  matchingPennies,
  matrixGame,
  mixedStrategy,
  type Payoffs,
  prisonersDilemma,
  rockPaperScissors,
  type Table,
} from './games/matrix-game.ts'
export { type MultiCriticParts, type MultiCriticPlayers, multiCritic } from './games/multi-critic.ts'
export {
  type MultiGeneratorParts,
  type MultiGeneratorPlayers,
  multiGenerator,
} from './games/multi-generator.ts'
export { type Pix2pixParts, pix2pix, type TranslationBatch } from './games/pix2pix.ts'
export type { PoolOptions, PoolState } from './games/pool.ts'
export { type QuadraticCost, type QuadraticOptions, quadratic } from './games/quadratic.ts'
export * from './games/scene.ts'
export { semiSupervised } from './games/semi-supervised.ts'
export { type VaeGanParts, vaeGan } from './games/vae-gan.ts'
export type { Matrix, Start, Vectors } from './games/vectors.ts'
export {
  gameGradient,
  type Hamiltonian,
  hamiltonian,
  type JacobianOptions,
  jacobianVector,
  perPlayer,
  vectorJacobian,
} from './jacobian.ts'
export * from './key.ts'
export * from './latent.ts'
export { type Code, type CodedLatent, type CodedLatentOptions, codedLatent } from './latents/coded.ts'
export { latticeLatent } from './latents/lattice.ts'
export { type LatentOptimisationOptions, optimised } from './latents/optimised.ts'
export { truncated } from './latents/truncated.ts'
export * from './loss.ts'
export * from './network.ts'
export * from './optimizer.ts'
export { type AdamOptions, adam, adamw } from './optimizers/adam.ts'
export { clipByGlobalNorm, globalNorm } from './optimizers/clip-by-global-norm.ts'
export { maxNorm } from './optimizers/max-norm.ts'
export { projected } from './optimizers/projected.ts'
export { type RmspropOptions, rmsprop } from './optimizers/rmsprop.ts'
export {
  at,
  cosine,
  exponential,
  hold,
  linear,
  piecewise,
  type Schedule,
  warmup,
} from './optimizers/schedule.ts'
export { type SgdOptions, sgd } from './optimizers/sgd.ts'
export { weightClipping } from './optimizers/weight-clipping.ts'
export * from './plugin.ts'
export * from './random.ts'
export * from './slot.ts'
export * from './standing.ts'
export * from './step.ts'
export * from './tree.ts'
