export { cuda } from './node/cuda.ts'
export { tensorflow } from './node/tensorflow.ts'
