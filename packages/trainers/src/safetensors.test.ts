import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeSafetensors,
  duplicateKey,
  encodeSafetensors,
  type HostTensor,
  safetensorsMetadata,
} from './safetensors.ts'

/** A file made by hand: any header, any body. */
const file = (header: string | object, body = new Uint8Array(0), claimed?: bigint) => {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const out = new Uint8Array(8 + json.length + body.length)
  new DataView(out.buffer).setBigUint64(0, claimed ?? BigInt(json.length), true)
  out.set(json, 8)
  out.set(body, 8 + json.length)
  return out
}
const f32 = (shape: number[], begin: number, end: number) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
})

const tensors = new Map<string, HostTensor>([
  ['flag', { dtype: 'bool', shape: [3], data: Uint8Array.of(1, 0, 1) }],
  [
    'generator/0/kernel',
    { dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, -0, Number.NaN, 1e-45) },
  ],
  ['t', { dtype: 'int32', shape: [], data: Int32Array.of(-7) }],
  ['none', { dtype: 'float32', shape: [0, 4], data: new Float32Array(0) }],
])

describe('safetensors', () => {
  it('gives back every bit of what was written', () => {
    const back = decodeSafetensors(encodeSafetensors(tensors))
    expect(new Set(back.keys())).toEqual(new Set(tensors.keys()))
    for (const [name, tensor] of tensors) expect(back.get(name), name).toStrictEqual(tensor)
    expect(Object.is(back.get('generator/0/kernel')!.data[1], -0)).toBe(true)
  })

  it('carries texts, which change no tensor', () => {
    const metadata = { recipe: '{"recipe":1}', note: 'ü\n' }
    const bytes = encodeSafetensors(tensors, metadata)
    expect(safetensorsMetadata(bytes)).toEqual(metadata)
    expect(decodeSafetensors(bytes)).toEqual(decodeSafetensors(encodeSafetensors(tensors)))
    expect(safetensorsMetadata(encodeSafetensors(tensors))).toEqual({})
    expect(() => safetensorsMetadata(file({ __metadata__: { step: 3 } }))).toThrow(
      'is not an object of texts',
    )
  })

  it('reads the bytes of a file laid out by the format description', () => {
    const body = new Uint8Array(new Float32Array([1.5, 2]).buffer)
    const bytes = file({ __metadata__: { made: 'elsewhere' }, w: f32([2], 0, 8) }, body)
    expect([...decodeSafetensors(bytes).get('w')!.data]).toEqual([1.5, 2])
  })

  it('reads files at odd offsets of a larger buffer', () => {
    const bytes = encodeSafetensors(tensors)
    const shifted = new Uint8Array(bytes.length + 3)
    shifted.set(bytes, 3)
    expect(decodeSafetensors(shifted.subarray(3)).get('t')!.data[0]).toBe(-7)
  })

  it.each([
    ['nothing', new Uint8Array(0), /too few/],
    ['a header longer than the file', file({ w: f32([1], 0, 4) }, new Uint8Array(4), 500n), /truncated/],
    ['a header of absurd length', file('{}', undefined, 2n ** 62n), /more than the format allows/],
    ['a header that is no JSON', file('{"w": '), /not a JSON object/],
    ['a header that is a list', file('[]'), /not a JSON object/],
    ['a header that is not UTF-8', file('{}').fill(0xff, 9), /not UTF-8/],
    ['a missing last byte', file({ w: f32([1], 0, 4) }, new Uint8Array(3)), /truncated/],
    ['a byte too many', file({ w: f32([1], 0, 4) }, new Uint8Array(5)), /belong to no tensor/],
    ['a gap', file({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, new Uint8Array(12)), /bytes 4 to 8 belong/],
    ['an overlap', file({ a: f32([2], 0, 8), b: f32([2], 4, 12) }, new Uint8Array(12)), /overlaps/],
    ['a range backwards', file({ a: f32([1], 8, 4) }, new Uint8Array(8)), /bytes 8 to 4/],
    ['a shape that needs more', file({ a: f32([3], 0, 8) }, new Uint8Array(8)), /needs 12 bytes/],
    ['a shape that overflows', file({ a: f32([2 ** 40, 2 ** 40], 0, 8) }, new Uint8Array(8)), /needs/],
    ['a negative dimension', file({ a: f32([-1], 0, 4) }, new Uint8Array(4)), /six counts/],
    [
      'an unknown type',
      file({ a: { ...f32([1], 0, 4), dtype: 'F64' } }, new Uint8Array(4)),
      /"F64"; known: F32/,
    ],
    [
      'a type from the prototype',
      file({ a: { ...f32([1], 0, 4), dtype: 'toString' } }, new Uint8Array(4)),
      /type/,
    ],
    [
      'a name given twice',
      file('{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"\\u0061":{}}', new Uint8Array(4)),
      /"a" twice/,
    ],
    ['a name that climbs', file({ '../../etc/x': f32([1], 0, 4) }, new Uint8Array(4)), /not allowed/],
    [
      'a boolean of 2',
      file({ a: { dtype: 'BOOL', shape: [1], data_offsets: [0, 1] } }, Uint8Array.of(2)),
      /BOOL/,
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(message)
  })

  it('either reads a damaged file or says what is wrong, and never makes room for more than it holds', () => {
    const good = encodeSafetensors(tensors)
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, value, length) => {
        const bad = good.slice(0, Math.max(length, 1))
        bad[at % bad.length] = value
        try {
          const read = decodeSafetensors(bad)
          let total = 0
          for (const { data } of read.values()) total += data.byteLength
          expect(total).toBeLessThanOrEqual(bad.length)
        } catch (e) {
          expect(e).toBeInstanceOf(Error)
          expect(e).not.toBeInstanceOf(TypeError)
          expect(e).not.toBeInstanceOf(RangeError)
        }
      }),
      { numRuns: 500, seed: 3 },
    )
  })

  it('finds keys given twice at any depth, however they are written', () => {
    expect(duplicateKey('{"a": {"b": 1, "c": [{"b": 2}]}, "b": "a\\":"}')).toBeUndefined()
    expect(duplicateKey('{"a": [{"x": 1, "\\u0078" : 2}]}')).toBe('x')
  })

  it('will not write unsafe names or wrong shapes', () => {
    const one: HostTensor = { dtype: 'float32', shape: [1], data: Float32Array.of(1) }
    expect(() => encodeSafetensors(new Map([['a/../b', one]]))).toThrow(/not allowed/)
    expect(() => encodeSafetensors(new Map([['a', { ...one, shape: [2] } as HostTensor]]))).toThrow(
      /needs 2 numbers/,
    )
  })
})
