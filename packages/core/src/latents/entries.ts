import { gaussianLatent, uniformLatent } from '../latent.ts'
import { entry, type Plugin, part, required } from '../plugin.ts'
import { type CodedLatent, type CodedLatentOptions, codedLatent } from './coded.ts'
import { latticeLatent } from './lattice.ts'
import { optimised } from './optimised.ts'
import { truncated } from './truncated.ts'

/** Core's latents, by name. */
export const latents = {
  gaussian: entry(({ dimensions }) => gaussianLatent(dimensions), { dimensions: 64 }),
  uniform: entry(({ dimensions, bound }) => uniformLatent(dimensions, bound), {
    dimensions: 100,
    bound: Math.sqrt(3),
  }),
  lattice: entry(({ dimensions }) => latticeLatent(dimensions), { dimensions: 2 }),
  coded: entry(codedLatent, {
    noise: part('latents', 'gaussian'),
    categories: [],
    continuous: 0,
  }),
  truncated: entry(({ threshold, latent }) => truncated(threshold, latent), {
    threshold: required,
    latent: part('latents', 'gaussian'),
  }),
  optimised: entry(({ latent, ...options }) => optimised(options, latent), {
    method: 'natural',
    rate: 0.9,
    damping: 5,
    steps: 1,
    share: 1,
    bound: undefined,
    latent: part('latents', 'gaussian'),
  }),
} satisfies Plugin['latents']

declare module '../plugin.ts' {
  interface Named {
    'latents/coded': (options: CodedLatentOptions) => CodedLatent
  }
}
