import '@tensorflow/tfjs-backend-cpu'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { setBackend } from '@tensorflow/tfjs-core'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { encodeIdx } from '../idx.ts'
import { cifar10 } from './cifar10.ts'
import { idx } from './idx.ts'
import { fashionMnist, mnist, mnistPackage } from './mnist.ts'

let root = ''
beforeAll(async () => {
  await setBackend('cpu')
  root = await mkdtemp(join(tmpdir(), 'datasets-'))
})
afterAll(() => rm(root, { recursive: true }))
afterEach(() => vi.unstubAllEnvs())

let count = 0
const folderOf = async (files: { [name: string]: Uint8Array }, under = root) => {
  const folder = join(under, String(count++))
  await mkdir(folder, { recursive: true })
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes)
  return folder
}

const images = (n: number) => encodeIdx({ shape: [n, 28, 28], data: new Uint8Array(n * 784).fill(n) })
const labels = (n: number) =>
  encodeIdx({ shape: [n], data: Uint8Array.from({ length: n }, (_, i) => i % 10) })
const family = () => ({
  'train-images-idx3-ubyte.gz': gzipSync(images(12)),
  'train-labels-idx1-ubyte': labels(12),
  't10k-images.idx3-ubyte': images(5),
  't10k-labels.idx1-ubyte.gz': gzipSync(labels(5)),
})

test('MNIST’s files are found under any of their names', async () => {
  const folder = await folderOf(family())
  const [train, held] = [await mnist({ folder }), await mnist({ folder, split: 'test' })]
  expect([train.size, held.size, train.shape, train.classes, train.name]).toEqual([
    12,
    5,
    [28, 28, 1],
    10,
    'mnist',
  ])
  expect(held.labels).toEqual(Int32Array.of(0, 1, 2, 3, 4))
  expect((await fashionMnist({ folder })).classNames![9]).toBe('ankle boot')
})

test('EQUILIBRIA_DATA names the folder of all data; the folder option goes first', async () => {
  const data = await folderOf({})
  await mkdir(join(data, 'mnist'))
  for (const [name, bytes] of Object.entries(family())) await writeFile(join(data, 'mnist', name), bytes)
  vi.stubEnv('EQUILIBRIA_DATA', data)
  expect((await mnist()).size).toBe(12)
  const other = await folderOf({ 'train-images-idx3-ubyte': images(3), 'train-labels-idx1-ubyte': labels(3) })
  expect((await mnist({ folder: other })).size).toBe(3)
  await expect(fashionMnist()).rejects.toThrow('fashionMnist: no data found')
})

test('without a folder the npm package serves', async () => {
  vi.stubEnv('EQUILIBRIA_DATA', '')
  expect([(await mnist()).size, (await mnist({ split: 'test' })).size]).toEqual([8000, 2000])
})

test('the package is also found beside the program', () => {
  expect(mnistPackage()).toBeTypeOf('function')
})

const record = (label: number) => new Uint8Array(3073).fill(label)
test('CIFAR-10 takes all training files, and a gzipped copy once', async () => {
  const folder = await folderOf({
    'data_batch_1.bin': record(1),
    'data_batch_2.bin.gz': gzipSync(record(2)),
    'data_batch_1.bin.gz': gzipSync(record(1)),
    'test_batch.bin': record(3),
    'batches.meta.txt': record(0),
  })
  expect([...(await cifar10({ folder })).labels!]).toEqual([1, 2])
  expect([...(await cifar10({ folder, split: 'test' })).labels!]).toEqual([3])
})

test('any pair of IDX files, labels as shorts', async () => {
  const folder = await folderOf({
    'pictures-idx3-ubyte.gz': gzipSync(images(2)),
    'marks-idx1-short': encodeIdx({ shape: [2], data: Int16Array.of(300, 7) }),
  })
  const data = await idx({
    images: join(folder, 'pictures-idx3-ubyte.gz'),
    labels: join(folder, 'marks-idx1-short'),
  })
  expect([data.name, data.classes, [...data.labels!]]).toEqual(['pictures-idx3-ubyte', 301, [300, 7]])
})

test.each<[string, () => Promise<unknown>, RegExp]>([
  [
    'a missing folder',
    () => mnist({ folder: join(root, 'nowhere') }),
    /nowhere: cannot be read: there is no such file or folder/,
  ],
  [
    'an empty folder',
    async () => mnist({ folder: await folderOf({}) }),
    /expected the file train-images-idx3-ubyte or train-images-idx3-ubyte\.gz, there is neither/,
  ],
  [
    'labels missing',
    async () => mnist({ folder: await folderOf({ 'train-images-idx3-ubyte': images(2) }) }),
    /expected the file train-labels-idx1-ubyte/,
  ],
  [
    'counts differ',
    async () =>
      mnist({
        folder: await folderOf({
          'train-images-idx3-ubyte': images(2),
          'train-labels-idx1-ubyte': labels(3),
        }),
      }),
    /train-labels-idx1-ubyte: expected one label for each of the 2 images of .*train-images-idx3-ubyte, got \[3\]/,
  ],
  [
    'not gz',
    async () => mnist({ folder: await folderOf({ ...family(), 'train-images-idx3-ubyte.gz': images(2) }) }),
    /train-images-idx3-ubyte\.gz: not a gzip file/,
  ],
  [
    'cut gz',
    async () =>
      mnist({
        folder: await folderOf({
          ...family(),
          'train-images-idx3-ubyte.gz': gzipSync(images(2)).subarray(0, 30),
        }),
      }),
    /damaged or truncated gzip/,
  ],
  [
    'no such split',
    () => mnist({ split: 'valid' as 'test' }),
    /split must be "train" or "test", got "valid"/,
  ],
  [
    'a missing file',
    () => idx({ images: join(root, 'gone') }),
    /gone: cannot be read: there is no such file or folder/,
  ],
  ['a folder for a file', () => idx({ images: root }), /cannot be read: it is a folder/],
  [
    'no CIFAR-10',
    async () => cifar10({ folder: await folderOf({ 'x.txt': record(0) }) }),
    /holds no train files of CIFAR-10's binary format/,
  ],
  [
    'CIFAR-10 cut',
    async () => cifar10({ folder: await folderOf({ 'data_batch_1.bin': record(1).subarray(1) }) }),
    /data_batch_1\.bin: not CIFAR-10's binary format, or truncated/,
  ],
  ['CIFAR-10 nowhere', () => cifar10(), /cifar10: no data found/],
])('%s: one clear error', async (_, load, message) => {
  vi.stubEnv('EQUILIBRIA_DATA', '')
  await expect(load()).rejects.toThrow(message)
})

// Real files, where a checkout has them beside it or EQUILIBRIA_DATA names them.
const real = [
  process.env.EQUILIBRIA_DATA,
  fileURLToPath(new URL('../../../../../shared/data', import.meta.url)),
].find(folder => folder && existsSync(folder))
test.skipIf(!real)('the real files have the sizes and classes that they should', async () => {
  const mean = async (data: Awaited<ReturnType<typeof mnist>>) => {
    const values = Array.from(await (await data.rows([...Array(500).keys()])).data.data())
    return values.reduce((a, b) => a + b, 0) / values.length
  }
  const at = (name: string) => join(real!, name)
  const [digits, held] = [
    await mnist({ folder: at('mnist') }),
    await mnist({ folder: at('mnist'), split: 'test' }),
  ]
  expect([digits.size, held.size]).toEqual([60_000, 10_000])
  expect([...digits.labels!.subarray(0, 8)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3])
  // The mean pixel of MNIST is 0.1307 of white.
  expect(await mean(digits)).toBeCloseTo(0.1307 * 2 - 1, 1)
  expect((await fashionMnist({ folder: at('fashion-mnist') })).size).toBe(60_000)
  const omniglot = await idx({
    images: at('omniglot/small1-images28-idx3-ubyte.gz'),
    labels: at('omniglot/small1-labels-idx1-short.gz'),
  })
  expect([omniglot.size, omniglot.classes]).toEqual([2720, 136])
  const colour = await cifar10({ folder: at('cifar10'), split: 'test' })
  expect([colour.size, colour.shape]).toEqual([2000, [32, 32, 3]])
  for (let c = 0; c < 10; c++) expect(colour.labels!.filter(l => l === c)).toHaveLength(200)
})
