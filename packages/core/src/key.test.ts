import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bits, fold, key, threefry } from './key.ts'

const hex = (words: Iterable<number>) => [...words].map(w => w.toString(16).padStart(8, '0')).join(' ')

describe('threefry', () => {
  // Known-answer vectors of Threefry-2x32-20 from the Random123 distribution's kat_vectors.
  it.each([
    [[0, 0], [0, 0], '6b200159 99ba4efe'],
    [[0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], '1cb996fc bb002be7'],
    [[0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3], 'c4923a9c 483df7a0'],
  ] as const)('key %j counter %j', (k, [c0, c1], expected) => {
    const out = new Uint32Array(2)
    threefry(k, c0, c1, out)
    expect(hex(out)).toBe(expected)
  })
})

describe('keys', () => {
  it('golden: seeds, folds and streams are the same everywhere', () => {
    expect(hex(key(7))).toMatchInlineSnapshot(`"e892296a bc3b53b9"`)
    expect(hex(fold(key(7), 'generator'))).toMatchInlineSnapshot(`"3ac4ec78 ef6b4a10"`)
    expect(hex(fold(key(7), 1000))).toMatchInlineSnapshot(`"43efcacb f873a897"`)
    expect(hex(bits(key(7), 5))).toMatchInlineSnapshot(`"59f1b5d2 c6354c0b 6eec6e56 52a86292 0788b7ea"`)
  })

  it('any part of a stream equals that part of the whole', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(60), fc.nat(60), (seed, n, offset) => {
        expect(hex(bits(key(seed), n, offset))).toBe(hex(bits(key(seed), 200).subarray(offset, offset + n)))
      }),
    )
  })

  it('different names, numbers and orders of folding give different keys', () => {
    const parent = key(1)
    const children = [
      '',
      'a',
      'b',
      'ab',
      'a\0',
      'aaaa',
      'aaaaa',
      'generator',
      'critic',
      '1',
      0,
      1,
      2 ** 31,
      2 ** 40,
    ]
    const all = [
      parent,
      ...children.map(c => fold(parent, c)),
      fold(fold(parent, 'a'), 'b'),
      fold(fold(parent, 'b'), 'a'),
    ]
    expect(new Set(all.map(hex)).size).toBe(all.length)
  })

  it.each([-1, 1.5, Number.NaN, 2 ** 60])('refuses the seed %s', seed => {
    expect(() => key(seed)).toThrow(/seed must be a non-negative integer/)
  })
})
