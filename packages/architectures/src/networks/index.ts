export { type CriticNorm, type DcganCriticOptions, type DcganGeneratorOptions, dcgan } from './dcgan.ts'
export {
  type Goodfellow2014CriticOptions,
  type Goodfellow2014GeneratorOptions,
  type Goodfellow2014Options,
  goodfellow2014,
} from './goodfellow2014.ts'
export { type MlpCriticOptions, type MlpGeneratorOptions, mlp } from './mlp.ts'
export type { OutputName } from './parts.ts'
