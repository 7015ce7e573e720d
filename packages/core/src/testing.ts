/**
 * What a plugin author needs to prove their work. Node only: the float64 backend loads the published cpu backend.
 *
 * @module
 */
export {
  checkGradients,
  type GradientCase,
  type GradientCheckOptions,
  type GradientReport,
  gradientFaults,
  gradientReports,
  gradientTable,
  type Orders,
  type Outcome,
} from './testing/check-gradients.ts'
export { FLOAT64, registerFloat64, tensor64 } from './testing/float64.ts'
export { direction, type InputSpec, samples } from './testing/samples.ts'
