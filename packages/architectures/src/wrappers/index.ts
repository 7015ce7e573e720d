export { type AutoencodingOptions, autoencoding } from './autoencoding.ts'
export { instanceNoise } from './instance-noise.ts'
export { type JointOptions, joint } from './joint.ts'
export { packed } from './packed.ts'
