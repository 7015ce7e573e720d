import type { Dataset, DatasetFacts } from './dataset.ts'
import { unzipped } from './gzip.ts'
import type { NamedBytes } from './idx.ts'
import { memory } from './memory.ts'

const SIDE = 32
const PLANE = SIDE * SIDE
const RECORD = 1 + 3 * PLANE

/** The classes of CIFAR-10, in the order of their numbers. */
export const cifar10Classes = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
] as const

/**
 * The dataset of files in CIFAR-10's binary format: records of a label byte and the red, green and blue planes of a 32x32
 * image. Files may be gzipped. Batches: [n, 32, 32, 3] in [-1, 1] with labels. Throws on files that are no whole number of
 * records and on labels above 9. Source: Krizhevsky 2009.
 */
export async function cifar10Records(
  files: readonly NamedBytes[],
  name = 'cifar10',
): Promise<DatasetFacts & Dataset> {
  const parts = await Promise.all(
    files.map(async ({ file, bytes }) => ({ file, bytes: await unzipped(bytes, file) })),
  )
  for (const { file, bytes } of parts) {
    if (bytes.length === 0 || bytes.length % RECORD !== 0)
      throw new Error(
        `${file}: not CIFAR-10's binary format, or truncated: expected a whole number of ${RECORD}-byte records, got ${bytes.length} bytes`,
      )
    for (let at = 0; at < bytes.length; at += RECORD)
      if (bytes[at]! > 9)
        throw new Error(`${file}: record ${at / RECORD} has label ${bytes[at]}; CIFAR-10 has classes 0 .. 9`)
  }
  const count = parts.reduce((sum, { bytes }) => sum + bytes.length / RECORD, 0)
  const rows = new Uint8Array(count * 3 * PLANE)
  const labels = new Uint8Array(count)
  let row = 0
  for (const { bytes } of parts)
    for (let at = 0; at < bytes.length; at += RECORD, row++) {
      labels[row] = bytes[at]!
      // Planes to interleaved channels.
      for (let channel = 0; channel < 3; channel++)
        for (let pixel = 0; pixel < PLANE; pixel++)
          rows[(row * PLANE + pixel) * 3 + channel] = bytes[at + 1 + channel * PLANE + pixel]!
    }
  return memory({
    name,
    rows,
    shape: [SIDE, SIDE, 3],
    labels,
    classes: 10,
    classNames: cifar10Classes,
    license: 'Krizhevsky 2009, Learning multiple layers of features from tiny images',
  })
}
