import { basename } from 'node:path'
import type { Dataset, DatasetFacts } from '../dataset.ts'
import { idxImages } from '../idx.ts'
import { readBytes } from './files.ts'

/** Options of `idx`. */
export interface IdxOptions {
  /** Path of ubyte images [n, height, width] or [n, height, width, channels]; may be gzipped. */
  readonly images: string
  /** Path of integer labels [n]; may be gzipped. */
  readonly labels?: string
  /** Number of classes; the highest label + 1 unless given. */
  readonly classes?: number
  readonly name?: string
}

/** The dataset of a pair of IDX files: batches [n, height, width, channels] in [-1, 1]. */
export async function idx({ images, labels, classes, name }: IdxOptions): Promise<DatasetFacts & Dataset> {
  return idxImages({
    name: name || basename(images).replace(/\.gz$/, ''),
    images: await readBytes(images),
    labels: labels ? await readBytes(labels) : undefined,
    classes: classes || undefined,
  })
}
