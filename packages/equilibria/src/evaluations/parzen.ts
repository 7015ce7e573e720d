import { checkCount, key } from '@equilibria/core'
import { type Dataset, heldOut } from '@equilibria/datasets'
import { collected, type ParzenReport, parzenLogLikelihood, parzenRows } from '@equilibria/metrics'
import type { Evaluation, Exam } from '../evaluation.ts'

/** Options of `parzen`. */
export interface ParzenOptions {
  /** Rows of the test split that choose the bandwidth, half of it at most; the others judge. */
  readonly validation?: number
}

/** The rows that no generator was trained on. Throws on data that keeps none apart. */
const testSplit = async ({ data, variant }: Exam): Promise<Dataset> => {
  const test = await variant({ split: 'test' }).catch((cause: Error) => {
    throw new Error(
      `parzen: "${data.name}" keeps no test split apart, which it judges by; mnist, fashionMnist and cifar10 do (${cause.message})`,
      { cause },
    )
  })
  if (test.size >= 2 && test.size < Infinity) return test
  throw new Error(`parzen: expected a test split of at least 2 rows, "${test.name}" has ${test.size}`)
}

const shown = ({ logLikelihood, standardError }: ParzenReport) =>
  `${logLikelihood.toFixed(1)} ± ${standardError.toFixed(1)}`

/**
 * The Parzen window log-likelihood of 10,000 samples, or of as many as there are training rows, beside that of training rows in their place: the
 * procedure of Goodfellow et al. 2014, table 1 (`parzenLogLikelihood`). Rows of the test split choose the bandwidth, since the generator may have seen
 * all others, and the rest of it judges. Throws on fewer than one row to choose by and on data without a test split.
 */
export function parzen({ validation: choosing = parzenRows.validation }: ParzenOptions = {}): Evaluation {
  checkCount('parzen: validation', choosing)
  return async exam => {
    const { data } = exam
    const split = await testSplit(exam)
    const { train: test, heldOut: validation } = heldOut(
      split,
      Math.min(choosing, Math.floor(split.size / 2)),
    )
    const n = Math.min(exam.n ?? parzenRows.samples, data.size)
    const judged = async (samples: Awaited<ReturnType<typeof collected>>) =>
      parzenLogLikelihood({
        samples,
        range: data.range,
        validation: validation.pass(250),
        test: test.pass(250),
      })
    const model = await judged(await collected(exam.draw(n)))
    const real = await judged(await collected([await data.at({ step: 0, n, key: key(0) })]))
    return {
      title: `Parzen windows around ${n} samples, judged by ${test.size} rows of the test split`,
      head: ['measure', 'samples', 'training rows'],
      rows: [
        ['log-likelihood (nats)', shown(model), shown(real)],
        ['bandwidth', model.bandwidth.toFixed(3), real.bandwidth.toFixed(3)],
      ],
      remark: `a weak measure, to be compared at equal numbers of samples only: k-means centres score above training rows (Theis et al. 2016); the bandwidth was chosen by ${validation.size} other rows of the test split`,
      numbers: {
        logLikelihood: model.logLikelihood,
        standardError: model.standardError,
        bandwidth: model.bandwidth,
        realLogLikelihood: real.logLikelihood,
        realStandardError: real.standardError,
        realBandwidth: real.bandwidth,
      },
    }
  }
}
