import type { Modes } from '@equilibria/metrics'
import { coverageVerdict, evaluate, modeCoverage, perfectHighQuality } from '@equilibria/metrics'
import type { Evaluation } from '../evaluation.ts'

const percent = (share: number) => `${(100 * share).toFixed(1)} %`

/** Modes found, high-quality share and reverse KL of 2,500 samples (PacGAN's protocol), on data whose modes are known. */
export const coverage = (): Evaluation => async exam => {
  const modes = (exam.data as { modes?: Modes }).modes
  if (!modes)
    throw new Error(
      `coverage: the modes of "${exam.data.name}" are not known; it judges ring, grid and other mixtures`,
    )
  const n = exam.n ?? 2500
  const report = await evaluate({ metric: modeCoverage({ modes }), batches: exam.draw(n) })
  const { covered, amiss } = coverageVerdict(report, modes.centres.length)
  return {
    title: `Mode coverage of ${n} samples`,
    head: ['measure', 'samples', 'perfect sampler'],
    rows: [
      [
        'modes',
        `${report.modes} / ${modes.centres.length}`,
        `${modes.centres.length} / ${modes.centres.length}`,
      ],
      ['high quality', percent(report.highQuality!), percent(perfectHighQuality)],
      ['reverse KL (nats)', report.reverseKl!.toFixed(3), ((modes.centres.length - 1) / (2 * n)).toFixed(3)],
    ],
    remark: covered
      ? 'all modes are covered; read the three numbers together'
      : `not covered: ${amiss.join('; ')}`,
    numbers: report,
  }
}
