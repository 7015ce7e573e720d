import type { Evaluation } from '../evaluation.ts'

/** Class shares, mean top probability and classifier-FID of 1,000 digits, beside held-out real digits and noise. */
export const digits = (): Evaluation => async exam => {
  if (exam.data.shape.join() !== '28,28,1' || !exam.data.name.startsWith('mnist'))
    throw new Error(
      `digits: the classifier knows MNIST digits [28, 28, 1] only, not "${exam.data.name}" [${exam.data.shape}]`,
    )
  // The classifier carries its weights: they are loaded by those who judge digits only.
  const { classifierFid, judgeDigits } = await import('@equilibria/metrics/mnist-classifier')
  const n = exam.n ?? 1000
  const heldOut = await exam.variant({ split: 'test' })
  const { samples, real, noise } = await judgeDigits({ samples: exam.draw(n), heldOut: heldOut.pass(250) })
  const row = (label: string, name: string, digits: number) =>
    [label, ...[samples, real, noise].map(r => r[name]!.toFixed(digits))] as const
  const shares = Array.from({ length: 10 }, (_, d) => samples[`share ${d}`]!)
  return {
    title: `Digits: ${n} samples judged by the shipped MNIST classifier`,
    head: ['measure', 'samples', 'real, held out', 'noise'],
    rows: [
      row(classifierFid, classifierFid, 2),
      row('mean top probability', 'meanTopProbability', 3),
      row('class KL from even (nats)', 'classKl', 3),
      ...shares.map((_, d) => row(`share of ${d}`, `share ${d}`, 3)),
    ],
    remark: `${classifierFid} is the Fréchet distance over this classifier's hidden layer: not FID, not comparable with it`,
    numbers: { ...samples, realFid: real[classifierFid]!, noiseFid: noise[classifierFid]! },
  }
}
