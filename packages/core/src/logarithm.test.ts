import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { logarithm } from './logarithm.ts'

describe('logarithm', () => {
  it('agrees with Math.log to its last digits', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), x => {
        expect(logarithm(x)).toBeCloseTo(Math.log(x), 12)
      }),
    )
  })
})
