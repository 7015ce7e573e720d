import '@tensorflow/tfjs-backend-cpu'
import { gzipSync } from 'node:zlib'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { cifar10Classes, cifar10Records } from './cifar10.ts'

beforeAll(() => setBackend('cpu'))

/** A record whose red, green and blue planes are constant but for one marked pixel. */
const record = (label: number, [r, g, b]: [number, number, number]) => {
  const bytes = new Uint8Array(3073)
  bytes[0] = label
  bytes.fill(r, 1, 1025).fill(g, 1025, 2049).fill(b, 2049)
  bytes[1 + 1024 + 32 * 2 + 5] = 255
  return bytes
}
const two = new Uint8Array([...record(3, [10, 20, 30]), ...record(9, [40, 50, 60])])

test('planes become interleaved channels, files follow one another', async () => {
  const data = await cifar10Records([
    { file: 'a.bin', bytes: two },
    { file: 'b.bin.gz', bytes: gzipSync(record(0, [0, 0, 0])) },
  ])
  expect([data.size, data.shape, data.classes]).toEqual([3, [32, 32, 3], 10])
  expect([...data.labels!].map(l => cifar10Classes[l])).toEqual(['cat', 'truck', 'airplane'])
  const pixels = await (await data.rows([1])).data.data()
  const at = (y: number, x: number) =>
    Array.from(pixels.slice((y * 32 + x) * 3, (y * 32 + x) * 3 + 3), v => Math.round((v + 1) * 127.5))
  expect(at(0, 0)).toEqual([40, 50, 60])
  expect(at(2, 5)).toEqual([40, 255, 60])
  expect(at(2, 6)).toEqual([40, 50, 60])
})

test.each([
  ['cut', two.subarray(0, 4000), 'x.bin: not CIFAR-10’s binary format, or truncated'],
  ['empty', new Uint8Array(0), 'got 0 bytes'],
  ['a label of 10', record(10, [0, 0, 0]), 'x.bin: record 0 has label 10'],
])('%s: a clear error', async (_, bytes, message) => {
  await expect(cifar10Records([{ file: 'x.bin', bytes }])).rejects.toThrow(message.replace('’', "'"))
})
