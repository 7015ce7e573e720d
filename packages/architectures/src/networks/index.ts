export {
  type CriticNorm,
  type DcganCriticOptions,
  type DcganEncoderOptions,
  type DcganGeneratorOptions,
  dcgan,
} from './dcgan.ts'
export {
  type Goodfellow2014CriticOptions,
  type Goodfellow2014GeneratorOptions,
  type Goodfellow2014Options,
  goodfellow2014,
} from './goodfellow2014.ts'
export { type MlpCriticOptions, type MlpEncoderOptions, type MlpGeneratorOptions, mlp } from './mlp.ts'
export type { OutputName } from './parts.ts'
export { type R3ganCriticOptions, type R3ganGeneratorOptions, r3gan } from './r3gan.ts'
export { type ResnetCriticOptions, type ResnetGeneratorOptions, resnet } from './resnet.ts'
export { type UnetOptions, unet } from './unet.ts'
