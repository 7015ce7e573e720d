/** Data sets that are drawn, by name. */
export const dataNames = ['ring', 'grid'] as const
export type DataName = (typeof dataNames)[number]

/** Modes of a data set. */
export const modesOf: { readonly [data in DataName]: number } = { ring: 8, grid: 25 }

/**
 * What is the same for every recipe and was so for the published rows: Lin et al. 2018 (PacGAN, arXiv 1712.04086), synthetic
 * experiments, after Srivastava et al. 2017 (VEEGAN). 100,000 training points are the default of `ring` and `grid`.
 */
export const protocol = { batch: 100, samples: 2500, steps: 400_000, runs: 10 } as const

/** How much of the protocol is run. */
export interface Form {
  readonly steps: number
  readonly seeds: number
}
export const forms = {
  quick: { steps: 20_000, seeds: 5 },
  full: { steps: protocol.steps, seeds: protocol.runs },
} as const satisfies { readonly [form: string]: Form }
export type FormName = keyof typeof forms

/** What every seed of the default recipe has to reach in the quick form. */
export const goal: {
  readonly [data in DataName]: { readonly highQuality: number; readonly reverseKl: number }
} = {
  ring: { highQuality: 0.9, reverseKl: 0.07 },
  grid: { highQuality: 0.9, reverseKl: 0.04 },
}

/** A row of the published table, as printed: 400,000 steps, 10 runs. */
export interface Published {
  readonly name: string
  readonly modes: string
  readonly highQuality: string
  readonly reverseKl: string
}

/** Lin et al. 2018, table 1. */
export const published: { readonly [data in DataName]: readonly Published[] } = {
  ring: [
    { name: 'GAN', modes: '6.3 ± 0.5', highQuality: '98.2 %', reverseKl: '0.45' },
    { name: 'ALI', modes: '6.6 ± 0.3', highQuality: '97.6 %', reverseKl: '0.36' },
    { name: 'PacGAN2', modes: '7.9 ± 0.1', highQuality: '95.6 %', reverseKl: '0.07' },
    { name: 'PacGAN4', modes: '7.8 ± 0.1', highQuality: '95.9 %', reverseKl: '0.07' },
  ],
  grid: [
    { name: 'GAN', modes: '17.3 ± 0.8', highQuality: '94.8 %', reverseKl: '0.70' },
    { name: 'ALI', modes: '24.1 ± 0.4', highQuality: '95.7 %', reverseKl: '0.14' },
    { name: 'PacGAN2', modes: '23.8 ± 0.7', highQuality: '91.3 %', reverseKl: '0.13' },
    { name: 'PacGAN4', modes: '24.8 ± 0.2', highQuality: '93.6 %', reverseKl: '0.04' },
  ],
}
