/**
 * What a plugin author needs to prove their work. Node only: the float64 backend loads the published cpu backend.
 *
 * @module
 */

export { type DynamicsContractOptions, dynamicsContract } from './testing/dynamics-contract.ts'
export { FLOAT64, registerFloat64, tensor64 } from './testing/float64.ts'
export { checkGradients, gradientFaults, gradientTable } from './testing/gradient-faults.ts'
export {
  type GradientCase,
  type GradientCheckOptions,
  type GradientReport,
  gradientReports,
  type Orders,
  type Outcome,
} from './testing/gradient-reports.ts'
export { direction, type InputSpec, samples } from './testing/samples.ts'
