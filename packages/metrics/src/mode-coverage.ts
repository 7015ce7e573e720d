import { type Metric, type Report, rowsOf } from './metric.ts'

/** Where the modes of a toy distribution are; datasets carry it as `modes`. */
export interface Modes {
  readonly centres: readonly (readonly number[])[]
  /** Standard deviation of every mode along every axis. */
  readonly deviation: number
}

/** How many samples lie nearest to each mode, and how many of these within three deviations of it. */
export interface Coverage {
  readonly near: readonly number[]
  readonly close: readonly number[]
}

/** The share of a perfect sampler's points in the plane that lie within three deviations of their mode: 1 - exp(-9/2) = 98.89 %. */
export const perfectHighQuality: number = 1 - Math.exp(-4.5)

/**
 * Mode coverage on mixtures of equal Gaussians (Srivastava et al. 2017, VEEGAN; Lin et al. 2018, PacGAN): points [n, d].
 * A sample is of high quality if it lies within three deviations of a mode's centre. Reports
 *
 * - `modes`: modes with at least one high-quality sample;
 * - `highQuality`: the share of high-quality samples (a perfect sampler in the plane: `perfectHighQuality`);
 * - `reverseKl`: KL(samples || data) over modes in nats, every sample counted to its nearest mode; a perfect sampler has about
 *   (modes - 1) / (2 samples).
 *
 * Read the three together: points smeared along a circle find all modes with a reverse KL near 0 at a high-quality share of
 * a few per cent, and one mode drawn perfectly has a high-quality share of 98.9 %. `coverageVerdict` does.
 */
export function modeCoverage({ modes: { centres, deviation } }: { modes: Modes }): Metric<Coverage> {
  if (centres.length === 0 || !(deviation > 0))
    throw new Error(
      `modeCoverage: expected at least one centre and a deviation > 0, got ${centres.length} and ${deviation}`,
    )
  const dimensions = centres[0]!.length
  const zeros = () => centres.map(() => 0)
  return {
    name: 'modeCoverage',
    measures: {
      modes: { better: 'higher', unit: 'modes' },
      highQuality: { better: 'higher', unit: 'share' },
      reverseKl: { better: 'lower', unit: 'nats' },
      samples: { better: 'neither', unit: 'samples' },
    },
    init: () => ({ near: zeros(), close: zeros() }),
    update(state, features) {
      const { rows, length } = rowsOf('modeCoverage', features)
      if (length !== dimensions)
        throw new Error(`modeCoverage: expected points [n, ${dimensions}], got [${features.shape}]`)
      const [near, close] = [[...state.near], [...state.close]]
      for (let row = 0; row < rows; row++) {
        let nearest = 0
        let least = Infinity
        for (const [mode, centre] of centres.entries()) {
          let square = 0
          for (let i = 0; i < dimensions; i++)
            square += (features.data[row * dimensions + i]! - centre[i]!) ** 2
          if (square < least) [nearest, least] = [mode, square]
        }
        if (least === Infinity) throw new Error(`modeCoverage: point ${row} is not finite`)
        near[nearest]!++
        if (least <= 9 * deviation * deviation) close[nearest]!++
      }
      return { near, close }
    },
    merge: (a, b) => ({
      near: a.near.map((count, mode) => count + b.near[mode]!),
      close: a.close.map((count, mode) => count + b.close[mode]!),
    }),
    result({ near, close }) {
      const samples = total(near)
      if (samples === 0) throw new Error('modeCoverage: there are no samples')
      return {
        modes: close.filter(count => count > 0).length,
        highQuality: total(close) / samples,
        reverseKl: klFromUniform(near),
        samples,
      }
    },
  }
}

const total = (counts: readonly number[]) => counts.reduce((a, b) => a + b, 0)

/** KL(counts || uniform) in nats; classes without a count add nothing. */
export function klFromUniform(counts: readonly number[]): number {
  const sum = total(counts)
  return Math.max(
    0,
    counts.reduce((kl, n) => (n === 0 ? kl : kl + (n / sum) * Math.log((n / sum) * counts.length)), 0),
  )
}

/** What counts as covering the data. */
export interface CoverageLimits {
  /** Least number of modes; all unless given. */
  readonly modes?: number
  /** Least share of high-quality samples. */
  readonly highQuality?: number
  /** Largest reverse KL in nats. */
  readonly reverseKl?: number
}

/**
 * Whether samples cover a mixture of `count` modes: all three numbers of `modeCoverage` together, and in words what is amiss.
 * The default limits (all modes, 90 % high quality, 0.1 nats) are about what the best methods of PacGAN's table reach.
 */
export function coverageVerdict(
  report: Report,
  count: number,
  { modes = count, highQuality = 0.9, reverseKl = 0.1 }: CoverageLimits = {},
): { readonly covered: boolean; readonly amiss: readonly string[] } {
  const amiss = [
    ...(report.modes! < modes ? [`${report.modes} of ${count} modes found, ${modes} wanted`] : []),
    ...(report.highQuality! < highQuality
      ? [
          `${percent(report.highQuality!)} of samples near a mode, ${percent(highQuality)} wanted (a perfect sampler: ${percent(perfectHighQuality)})`,
        ]
      : []),
    ...(report.reverseKl! > reverseKl
      ? [`modes unevenly drawn: reverse KL ${report.reverseKl!.toFixed(2)} nats, ${reverseKl} allowed`]
      : []),
  ]
  return { covered: amiss.length === 0, amiss }
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`
