import { describe, expect, it } from 'vitest'
import { median, summaries } from './statistics.ts'

const column = (name: string, ...seconds: number[]) => ({
  column: name,
  seconds,
  others: seconds.map(() => 0),
})

describe('median', () => {
  it.each([
    [[3], 3],
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
  ])('of %j is %d', (numbers, expected) => {
    expect(median(numbers)).toBe(expected)
  })

  it('wants numbers', () => {
    expect(() => median([])).toThrow('of no numbers')
  })
})

describe('summaries', () => {
  it('compares with the better of PyTorch’s eager settings, round by round', () => {
    const found = summaries([
      column('torch', 3, 3, 3),
      column('torch-tuned', 1, 2, 4),
      // The third round was slow for everyone; as a quotient of medians this would be 2.
      column('eager@wasm', 1, 1, 4),
      column('torch-compiled', 0.1, 0.1, 0.1),
      { column: 'tfjs@cpu', absent: 'too slow' },
    ])
    expect(found.map(({ column: name, ratio }) => [name, ratio?.toFixed(2)])).toEqual([
      ['torch', '0.67'],
      ['torch-tuned', '1.00'],
      ['eager@wasm', '1.00'],
      ['torch-compiled', '20.00'],
    ])
    expect(found[1]).toMatchObject({ seconds: 2, range: [1, 4] })
  })

  it('has no ratios without PyTorch', () => {
    expect(summaries([column('eager@wasm', 1)])[0]).not.toHaveProperty('ratio')
  })
})
