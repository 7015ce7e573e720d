/**
 * Element-wise work (optimizers, averages of parameters) in one pass over memory: WebAssembly SIMD functions, generated for the
 * graph at hand.
 *
 * @module
 */
export { type Cluster, clusters } from './clusters.ts'
export { fuse, type Kernel } from './fuse.ts'
export { supports } from './operations.ts'
