import { encode } from 'fast-png'
import { expect, test } from 'vitest'
import { decodeImage } from './decode.ts'
import { gradient, jpeg, png, withOrientation } from './images.fixture.ts'
import { type Picture, withChannels } from './picture.ts'

test.each([1, 2, 3, 4])('a PNG of %i channels comes back exactly', async channels => {
  const picture = gradient(7, 5, channels)
  expect(await decodeImage(png(picture))).toEqual(picture)
})

test('PNGs of 16 bits and of palettes become 8-bit channels', async () => {
  const deep = encode({ width: 2, height: 1, channels: 1, depth: 16, data: Uint16Array.of(0xffff, 0x12ab) })
  expect([...(await decodeImage(deep)).data]).toEqual([0xff, 0x12])
  const palette = [
    [1, 2, 3],
    [40, 50, 60],
  ]
  const indexed = encode({
    width: 3,
    height: 1,
    channels: 1,
    depth: 8,
    data: Uint8Array.of(1, 0, 1),
    palette,
  })
  expect(await decodeImage(indexed)).toEqual({
    width: 3,
    height: 1,
    channels: 3,
    data: Uint8Array.of(40, 50, 60, 1, 2, 3, 40, 50, 60),
  })
})

test('grey PNGs of one bit are unpacked row by row', async () => {
  // Written by hand: 3x2, one bit deep, rows 101 and 010.
  const bits = encode({
    width: 3,
    height: 2,
    channels: 1,
    depth: 1,
    data: Uint8Array.of(0b10100000, 0b01000000),
  })
  expect([...(await decodeImage(bits)).data]).toEqual([255, 0, 255, 0, 255, 0])
})

const close = (a: Picture, b: Picture) => {
  expect([a.width, a.height, a.channels]).toEqual([b.width, b.height, b.channels])
  return a.data.reduce((sum, v, i) => sum + Math.abs(v - b.data[i]!), 0) / a.data.length
}

test.each([
  ['baseline', { progressive: false }],
  ['progressive', { progressive: true }],
])('a %s JPEG comes back nearly', async (_, options) => {
  const picture = gradient(40, 24)
  const decoded = withChannels(await decodeImage(await jpeg(picture, options)), 3)
  expect(close(decoded, picture)).toBeLessThan(2)
})

test('a JPEG is turned upright', async () => {
  const picture = gradient(40, 24)
  const turned = withChannels(await decodeImage(withOrientation(await jpeg(picture), 6)), 3)
  const expected = new Uint8Array(picture.data.length)
  for (let y = 0; y < 24; y++)
    for (let x = 0; x < 40; x++)
      for (let c = 0; c < 3; c++) expected[(x * 24 + (23 - y)) * 3 + c] = picture.data[(y * 40 + x) * 3 + c]!
  expect(close(turned, { width: 24, height: 40, channels: 3, data: expected })).toBeLessThan(2)
})

test('damage is one error that names the file and the fault, and the next file decodes', async () => {
  const good = await jpeg(gradient(40, 24))
  const flipped = png(gradient(9, 9))
  flipped[flipped.length - 20]! ^= 0xff
  const faults: [string, Uint8Array, RegExp][] = [
    [
      'a.txt',
      new TextEncoder().encode('hello'),
      /^a\.txt: not a PNG or JPEG image \(it starts with 0x68656c6c\)/,
    ],
    ['b.jpg', new Uint8Array(0), /^b\.jpg: not a PNG or JPEG image \(it starts with nothing: it is empty\)/],
    [
      'c.jpg',
      good.subarray(0, good.length / 2),
      /^c\.jpg: damaged or truncated JPEG image \(Premature end of JPEG file\)/,
    ],
    ['d.jpg', good.subarray(0, 20), /^d\.jpg: damaged or truncated JPEG image \(.+\)/],
    ['e.png', png(gradient(9, 9)).subarray(0, 60), /^e\.png: damaged or truncated PNG image/],
    ['f.png', flipped, /^f\.png: damaged or truncated PNG image/],
  ]
  for (const [file, bytes, message] of faults) {
    await expect(decodeImage(bytes, file)).rejects.toThrow(message)
    expect((await decodeImage(good)).width).toBe(40)
  }
})

test('files decoded at once keep their own faults', async () => {
  const good = await jpeg(gradient(16, 16))
  const results = await Promise.allSettled([
    decodeImage(good, 'a'),
    decodeImage(good.subarray(0, good.length - 40), 'b'),
    decodeImage(good, 'c'),
  ])
  expect(results.map(r => r.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})

test('transparency lies over white; grey is luma', () => {
  const rgba = { width: 2, height: 1, channels: 4, data: Uint8Array.of(200, 100, 0, 0, 200, 100, 0, 51) }
  expect([...withChannels(rgba, 3).data]).toEqual([255, 255, 255, 244, 224, 204])
  expect([
    ...withChannels({ width: 1, height: 1, channels: 3, data: Uint8Array.of(200, 100, 0) }, 1).data,
  ]).toEqual([119])
  expect([...withChannels({ width: 1, height: 1, channels: 1, data: Uint8Array.of(77) }, 3).data]).toEqual([
    77, 77, 77,
  ])
  expect([
    ...withChannels({ width: 1, height: 1, channels: 2, data: Uint8Array.of(0, 128) }, 1).data,
  ]).toEqual([127])
})
