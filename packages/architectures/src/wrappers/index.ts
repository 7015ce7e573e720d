export { type AutoencodingOptions, autoencoding } from './autoencoding.ts'
export { packed } from './packed.ts'
