export { type Gradients, gradients, gradientsWithAux, hvp, jvp, vjp } from './differentiate.ts'
export { fused, fusedKernels, hasFused, runFused } from './fused.ts'
export { mend } from './mend.ts'
