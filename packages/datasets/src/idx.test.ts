import '@tensorflow/tfjs-backend-cpu'
import { gzipSync } from 'node:zlib'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { encodeIdx, idxImages, parseIdx } from './idx.ts'

beforeAll(() => setBackend('cpu'))

test.each([
  Uint8Array.of(0, 1, 200, 255, 7, 8),
  Int8Array.of(-128, -1, 0, 1, 127, 5),
  Int16Array.of(-300, 0, 1, 300, 32767, -32768),
  Int32Array.of(-70000, 0, 1, 2, 3, 2 ** 31 - 1),
  Float32Array.of(0.5, -1.25, 0, 3e8, 1, 2),
  Float64Array.of(Math.PI, -1e-300, 0, 1, 2, 3),
])('%o survives writing and reading', data => {
  expect(parseIdx(encodeIdx({ shape: [2, 3], data }))).toEqual({ shape: [2, 3], data })
})

test('the header is that of the MNIST files', () => {
  const bytes = encodeIdx({ shape: [2, 2, 2], data: new Uint8Array(8) })
  expect([...bytes.subarray(0, 16)]).toEqual([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2])
})

test('a file within a larger buffer is read in its own bounds', () => {
  const bytes = encodeIdx({ shape: [2], data: Int16Array.of(-5, 9) })
  const large = new Uint8Array(bytes.length + 7)
  large.set(bytes, 3)
  expect(parseIdx(large.subarray(3, 3 + bytes.length)).data).toEqual(Int16Array.of(-5, 9))
})

const pictures = encodeIdx({ shape: [3, 2, 2], data: Uint8Array.from({ length: 12 }, (_, i) => i * 20) })
const marks = encodeIdx({ shape: [3], data: Int16Array.of(2, 0, 1) })

test('images and labels of any integer type become a dataset, zipped or not', async () => {
  const data = await idxImages({
    name: 'small',
    images: { file: 'images.gz', bytes: gzipSync(pictures) },
    labels: { file: 'labels', bytes: marks },
  })
  expect([data.size, data.shape, data.classes]).toEqual([3, [2, 2, 1], 3])
  const { data: rows, labels } = await data.rows([2])
  expect(Array.from(await rows.data())).toEqual([160, 180, 200, 220].map(b => Math.fround(b / 127.5 - 1)))
  expect(Array.from(await labels!.data())).toEqual([1])
})

const labelled = (shape: number[], data: Int16Array) => encodeIdx({ shape, data })
test.each([
  [
    'not IDX',
    { images: new TextEncoder().encode('hello, world') },
    'a: not an IDX file (it starts with 0x68656c6c',
  ],
  ['empty', { images: new Uint8Array(0) }, 'a: not an IDX file (it starts with nothing: it is empty'],
  ['unknown type', { images: Uint8Array.of(0, 0, 7, 1, 0, 0, 0, 0) }, 'a: not an IDX file'],
  [
    'cut in its header',
    { images: pictures.subarray(0, 9) },
    'a: truncated: its header should be 16 bytes long, the file has 9',
  ],
  [
    'cut',
    { images: pictures.subarray(0, 20) },
    'a: truncated: its header says [3,2,2], 28 bytes in all, but the file has 20',
  ],
  ['too long', { images: new Uint8Array([...pictures, 1]) }, 'a: longer than it says'],
  [
    'zero images',
    { images: encodeIdx({ shape: [0, 2, 2], data: new Uint8Array(0) }) },
    'a: holds no images, its shape is [0,2,2]',
  ],
  ['labels for images', { images: marks }, 'a: expected ubyte images [n, height, width]'],
  [
    'fewer labels',
    { labels: labelled([2], Int16Array.of(0, 1)) },
    'b: expected one label for each of the 3 images of a, got [2]',
  ],
  [
    'labels of rank 2',
    { labels: labelled([3, 1], Int16Array.of(0, 1, 2)) },
    'b: expected one label for each',
  ],
  ['a negative label', { labels: labelled([3], Int16Array.of(0, -1, 2)) }, 'b: x: the label of row 1 is -1'],
])('%s: one error that names file and fault', async (_, files, message) => {
  const { images, labels } = { images: pictures, labels: marks, ...files }
  await expect(
    idxImages({ name: 'x', images: { file: 'a', bytes: images }, labels: { file: 'b', bytes: labels } }),
  ).rejects.toThrow(message)
})

test('gzip: a wrong name and damage are told apart', async () => {
  const open = (file: string, bytes: Uint8Array) => idxImages({ name: 'x', images: { file, bytes } })
  await expect(open('a.gz', pictures)).rejects.toThrow('a.gz: not a gzip file (it starts with 0x00000803)')
  await expect(open('a.gz', gzipSync(pictures).subarray(0, 20))).rejects.toThrow(
    'a.gz: damaged or truncated gzip file',
  )
  const flipped = gzipSync(pictures)
  flipped[flipped.length - 6]! ^= 1
  await expect(open('a.gz', flipped)).rejects.toThrow('a.gz: damaged or truncated gzip file')
})

test('writing checks that the shape fits', () => {
  expect(() => encodeIdx({ shape: [2, 2], data: new Uint8Array(3) })).toThrow(
    'shape [2,2] holds 4 values, got 3',
  )
})
