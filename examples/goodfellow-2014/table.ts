/** A row of the table: what was judged, and its log-likelihood in nats. */
export interface Row {
  readonly name: string
  readonly logLikelihood: string
  readonly note: string
}

/** Goodfellow et al. 2014, table 1, column MNIST. */
export const table1: readonly Row[] = [
  { name: 'DBN', logLikelihood: '138 ± 2', note: 'as published' },
  { name: 'stacked CAE', logLikelihood: '121 ± 1.6', note: 'as published' },
  { name: 'deep GSN', logLikelihood: '214 ± 1.1', note: 'as published' },
  { name: 'adversarial nets', logLikelihood: '225 ± 2', note: 'as published' },
]

/** What to know before comparing anything in the table. */
export const caveats = [
  'Parzen windows rank models badly (Theis et al. 2016): k-means centres, which are blurred digits, score above the training images themselves. A',
  'higher number is no better model, and neither looks nor the likelihood of a density follow from it. ± is the standard error over test images.',
].join('\n')

/** Rows as Markdown. */
export const tableOf = (rows: readonly Row[]): string =>
  [
    '| | log-likelihood (nats) | |',
    '| --- | ---: | --- |',
    ...rows.map(({ name, logLikelihood, note }) => `| ${name} | ${logLikelihood} | ${note} |`),
  ].join('\n')
