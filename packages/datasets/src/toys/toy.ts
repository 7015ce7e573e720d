import { type Batch, fold, key, normals, uniforms } from '@equilibria/core'
import { tensor1d, tensor2d } from '@tensorflow/tfjs-core'
import { type Dataset, dataset } from '../dataset.ts'
import { checkedIndex } from '../memory.ts'

/** Options of every toy distribution. */
export interface ToyOptions {
  /** Number of rows; the published protocols train on 100,000. Infinity: fresh rows for ever. */
  readonly size?: number
  /** Row i depends on the seed and i alone. */
  readonly seed?: number
  /** Whether batches name the part (mode, moon) that each point came from. */
  readonly labels?: boolean
}

/** A toy distribution of points in the plane. */
export interface ToyLaw {
  readonly name: string
  readonly range: readonly [number, number]
  /** How many parts (modes, moons) `draw` tells apart. */
  readonly parts?: number
  /** A point from a uniform number in (0, 1) and two standard normal ones, and the part it came from. */
  draw(u: number, z0: number, z1: number): readonly [x: number, y: number, part?: number]
}

/** The defaults of ToyOptions, for plugins. */
export const toyOptions = { size: 100_000, seed: 0, labels: false } as const

/** The dataset of a law: points float32 [n, 2], row i made from the seed and i alone, so that none is stored. */
export function toy<L extends ToyLaw>(
  { draw, parts, ...facts }: L,
  { size = toyOptions.size, seed = toyOptions.seed, labels = toyOptions.labels }: ToyOptions,
): Omit<L, 'draw' | 'parts'> & Dataset {
  const root = fold(key(seed), facts.name)
  const [choice, noise] = [fold(root, 'choice'), fold(root, 'noise')]
  const point = (i: number) => {
    const row = checkedIndex(facts.name, i, size)
    const z = normals(noise, 2, row * 2)
    return draw(uniforms(choice, 1, row)[0]!, z[0]!, z[1]!)
  }
  if (labels && parts === undefined)
    throw new Error(`${facts.name}: its points have no parts to label them by`)
  const finite = labels && size !== Infinity
  return dataset(
    {
      ...facts,
      size,
      shape: [2],
      classes: labels ? parts : undefined,
      labels: finite ? Int32Array.from({ length: size }, (_, i) => point(i)[2]!) : undefined,
    },
    (indices): Batch => {
      const points = Array.from(indices, point)
      const data = tensor2d(
        points.map(([x, y]) => [x, y]),
        [points.length, 2],
      )
      return labels
        ? {
            data,
            labels: tensor1d(
              points.map(p => p[2]!),
              'int32',
            ),
          }
        : { data }
    },
  )
}
