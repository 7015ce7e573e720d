import { expect, test } from 'vitest'
import { caveats, table1, tableOf } from './table.ts'

test('the published rows are those of table 1', () => {
  expect(table1.map(({ name, logLikelihood }) => `${name} ${logLikelihood}`)).toEqual([
    'DBN 138 ± 2',
    'stacked CAE 121 ± 1.6',
    'deep GSN 214 ± 1.1',
    'adversarial nets 225 ± 2',
  ])
})

test('rows become a table of Markdown, in their order', () => {
  const rows = [{ name: 'this run', logLikelihood: '37.3 ± 1.8', note: 'bandwidth 0.215' }, table1[0]!]
  expect(tableOf(rows).split('\n')).toEqual([
    '| | log-likelihood (nats) | |',
    '| --- | ---: | --- |',
    '| this run | 37.3 ± 1.8 | bandwidth 0.215 |',
    '| DBN | 138 ± 2 | as published |',
  ])
})

test('what makes the measure weak is said in one paragraph', () => {
  expect(caveats).not.toContain('\n\n')
  expect(caveats).toMatch(/above the training images themselves/)
})
