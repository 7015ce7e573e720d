export { type Gradients, gradients, gradientsWithAux, hvp, jvp, vjp } from './differentiate.ts'
export { mend } from './mend.ts'
