import type { Dataset, Modes } from '../dataset.ts'
import { type ToyLaw, type ToyOptions, toy } from './toy.ts'

/** One Gaussian of a mixture, its axes those of the plane. */
export interface Component {
  readonly centre: readonly [number, number]
  /** Standard deviation along each axis. */
  readonly deviations: readonly [number, number]
}

/** A mixture of equally likely Gaussians, whose density is known. */
export interface Mixture extends Dataset {
  /** The true probability density at a point. */
  density(point: readonly number[]): number
}

/** A mixture whose Gaussians are all round and of one width, as measures of mode coverage need it. */
export interface ModalMixture extends Mixture {
  readonly modes: Modes
}

/** The mixture of any equally likely Gaussians. Its range reaches 5 standard deviations beyond the centres. */
export function mixture(name: string, components: readonly Component[], options: ToyOptions = {}): Mixture {
  if (components.length === 0) throw new Error(`${name}: a mixture needs at least one component`)
  for (const { deviations } of components)
    if (!deviations.every(d => d > 0))
      throw new Error(`${name}: expected deviations > 0, got [${deviations}]`)
  const bounds = components.flatMap(c =>
    c.centre.flatMap((m, axis) => [m - 5 * c.deviations[axis]!, m + 5 * c.deviations[axis]!]),
  )
  const law: ToyLaw & Pick<Mixture, 'density'> = {
    name,
    range: [Math.min(...bounds), Math.max(...bounds)],
    parts: components.length,
    draw(u, z0, z1) {
      const part = Math.min(components.length - 1, Math.floor(u * components.length))
      const { centre, deviations } = components[part]!
      return [centre[0] + deviations[0] * z0, centre[1] + deviations[1] * z1, part]
    },
    density(point) {
      let sum = 0
      for (const { centre, deviations } of components) {
        const dx = (point[0]! - centre[0]) / deviations[0]
        const dy = (point[1]! - centre[1]) / deviations[1]
        sum += Math.exp(-(dx * dx + dy * dy) / 2) / (2 * Math.PI * deviations[0] * deviations[1])
      }
      return sum / components.length
    },
  }
  return toy(law, options)
}

/** The mixture of round Gaussians of one width at `centres`. */
export const modalMixture = (
  name: string,
  { centres, deviation }: { centres: readonly (readonly [number, number])[]; deviation: number },
  options: ToyOptions = {},
): ModalMixture => ({
  ...mixture(
    name,
    centres.map(centre => ({ centre, deviations: [deviation, deviation] })),
    options,
  ),
  modes: { centres, deviation },
})
