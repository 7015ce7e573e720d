import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { cifar10Records } from '../cifar10.ts'
import type { Dataset, DatasetFacts } from '../dataset.ts'
import type { Split } from '../digits.ts'
import { checkFolder, dataFolder, readBytes } from './files.ts'

/** Options of `cifar10`. */
export interface Cifar10Options {
  /** Folder of the binary files: data_batch_1.bin .. data_batch_5.bin and test_batch.bin, or train*.bin and test*.bin; or the same with .gz. */
  readonly folder?: string
  readonly split?: Split
}

const NAMES = {
  train: /^(data_batch|train)[\w-]*\.bin(\.gz)?$/,
  test: /^test[\w-]*\.bin(\.gz)?$/,
} as const

/**
 * CIFAR-10: 32x32 colour images of ten classes in the binary format, batches [n, 32, 32, 3] in [-1, 1] with labels. Looked for
 * in `folder`, else in the folder `cifar10` under EQUILIBRIA_DATA. Source: Krizhevsky 2009.
 */
export async function cifar10({
  folder,
  split = 'train',
}: Cifar10Options = {}): Promise<DatasetFacts & Dataset> {
  const place = folder || (await dataFolder('cifar10'))
  if (!place)
    throw new Error(
      'cifar10: no data found. Unpack cifar-10-binary.tar.gz (https://www.cs.toronto.edu/~kriz/cifar.html) and give its folder, or set EQUILIBRIA_DATA to a folder that holds it as cifar10',
    )
  if (!(split in NAMES))
    throw new Error(`cifar10: split must be "train" or "test", got ${JSON.stringify(split)}`)
  await checkFolder(place)
  const names = (await readdir(place)).filter(name => NAMES[split].test(name)).sort()
  // A file and its gzipped copy are the same rows.
  const once = names.filter(name => !name.endsWith('.gz') || !names.includes(name.slice(0, -3)))
  if (once.length === 0)
    throw new Error(
      `${place}: holds no ${split} files of CIFAR-10's binary format (${split === 'train' ? 'data_batch_1.bin .. data_batch_5.bin' : 'test_batch.bin'})`,
    )
  return cifar10Records(await Promise.all(once.map(name => readBytes(join(place, name)))))
}
