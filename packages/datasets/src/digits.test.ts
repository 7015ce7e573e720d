import '@tensorflow/tfjs-backend-cpu'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { digits, imageHash } from './digits.ts'
import { mnistPackage } from './node/mnist.ts'

let arrays: number[][] = []
let seconds = 0
beforeAll(async () => {
  await setBackend('cpu')
  const before = performance.now()
  arrays = await mnistPackage()!()
  digits(arrays)
  seconds = (performance.now() - before) / 1000
})

test('the package’s digits load quickly', () => {
  console.log(`mnist package: read, parsed and split in ${seconds.toFixed(2)} s`)
  // 0.35 s on a quiet machine.
  expect(seconds).toBeLessThan(4)
})

test('8,000 digits to train on and 2,000 held out, no image in both, all classes in each', async () => {
  const [train, test] = [digits(arrays), digits(arrays, { split: 'test' })]
  expect([train.size, test.size, train.shape, train.classes]).toEqual([8000, 2000, [28, 28, 1], 10])
  const hashes = async (data: typeof train) => {
    const found = new Set<number>()
    for await (const { data: rows, labels } of data.pass(1000)) {
      const values = await rows.data()
      for (let i = 0; i < rows.shape[0]!; i++) {
        const bytes = Uint8Array.from(values.subarray(i * 784, (i + 1) * 784), v =>
          Math.round((v + 1) * 127.5),
        )
        found.add(imageHash(bytes))
      }
      rows.dispose()
      labels?.dispose()
    }
    return found
  }
  const [a, b] = [await hashes(train), await hashes(test)]
  // Held out are exactly those of lowest hash.
  expect(Math.max(...b)).toBeLessThan(Math.min(...a))
  for (let c = 0; c < 10; c++) {
    const share = test.labels!.filter(l => l === c).length / test.size
    expect(share).toBeGreaterThan(0.07)
    expect(share).toBeLessThan(0.14)
  }
})

test('the split is the one that published numbers refer to', () => {
  // Golden: the class counts of the held-out images.
  const { labels } = digits(arrays, { split: 'test' })
  const counts = Array.from({ length: 10 }, (_, c) => labels!.filter(l => l === c).length)
  expect(counts).toMatchInlineSnapshot(`
    [
      217,
      238,
      203,
      226,
      177,
      159,
      186,
      207,
      188,
      199,
    ]
  `)
})

test.each([
  [() => digits(arrays.slice(1)), 'expected 10 classes, got 9'],
  [() => digits([[0, 1], ...arrays.slice(1)]), 'class 0 has 2 values'],
  [() => digits([Array(784).fill(2), ...arrays.slice(1)]), 'class 0 holds the value 2'],
  [() => digits(Array(10).fill(Array(784).fill(0))), 'expected more than 2000 images'],
])('%s', (f, message) => {
  expect(f).toThrow(message)
})
