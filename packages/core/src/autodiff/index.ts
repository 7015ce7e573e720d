export { type Gradients, gradients, gradientsWithAux, hvp, inner, jvp, vjp } from './differentiate.ts'
export { mend } from './mend.ts'
