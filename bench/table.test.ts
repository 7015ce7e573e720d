import { describe, expect, it } from 'vitest'
import { duration, markdown, short, times } from './table.ts'

describe('markdown', () => {
  it('gives each reason once, below', () => {
    const none = (absent: string) => ({ column: 'x', absent })
    const text = markdown({
      title: 'Speed',
      columns: ['a', 'b'],
      rows: [
        ['one', ['1', none('no kernel\nhere')]],
        ['two', [none('too slow'), none('no kernel\nhere')]],
      ],
    })
    expect(text.split('\n')).toEqual([
      '## Speed',
      '',
      '|  | a | b |',
      '| --- | ---: | ---: |',
      '| one | 1 | none [1] |',
      '| two | none [2] | none [1] |',
      '',
      '1. no kernel here',
      '2. too slow',
      '',
    ])
  })
})

it.each([
  [short(8912.4), '8,912'],
  [short(12.345), '12.3'],
  [short(0.98765), '0.988'],
  [duration(0.0123), '12.3 ms'],
  [duration(2), '2.00 s'],
  [times(0.9349), '0.93x'],
  [times(undefined), ''],
])('shows %s', (shown, expected) => {
  expect(shown).toBe(expected)
})
