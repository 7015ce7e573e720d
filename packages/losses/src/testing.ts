export type { Failure } from './testing/finite-differences.ts'
export { type LossContractOptions, lossContract } from './testing/loss-contract.ts'
export { regularizerContract } from './testing/regularizer-contract.ts'
