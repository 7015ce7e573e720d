import type { Dataset, DatasetFacts } from '../dataset.ts'
import { memory } from '../memory.ts'
import { decodeImage } from './decode.ts'
import { type Picture, withChannels } from './picture.ts'
import { fitSquare } from './resize.ts'

/** How image files become rows. */
export interface ImageOptions {
  /** Rows are [size, size, channels]: the largest centred square of each image, resampled. Absent: all images must be of one size. */
  readonly size?: number | undefined
  /** 1: grey, 3: colour. */
  readonly channels?: 1 | 3
  /** Called after each image. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined
}

/** An image file, read when its turn comes. */
export interface ImageFile {
  /** Its path, for messages. */
  readonly file: string
  readonly read: () => Uint8Array | Promise<Uint8Array>
  /** The name of its class. */
  readonly class?: string | undefined
}

/**
 * The dataset of PNG and JPEG files, in the given order: each is decoded once and held as bytes (size * size * channels each).
 * Batches: [n, height, width, channels] in [-1, 1], with labels if the files have classes (numbered in order of their
 * names). One error names the first file that is no image, is damaged, has another size than the first, or lacks a class that
 * others have.
 */
export async function images(
  name: string,
  files: readonly ImageFile[],
  { size, channels = 3, onProgress }: ImageOptions = {},
): Promise<DatasetFacts & Dataset> {
  if (channels !== 1 && channels !== 3) throw new Error(`${name}: channels must be 1 or 3, got ${channels}`)
  if (size !== undefined && !(Number.isInteger(size) && size > 0))
    throw new Error(`${name}: expected size to be a positive whole number of pixels, got ${size}`)
  if (files.length === 0) throw new Error(`${name}: there are no images`)
  const classNames = [...new Set(files.flatMap(f => f.class ?? []))].sort()
  const classless = files.find(f => f.class === undefined)
  if (classNames.length > 0 && classless)
    throw new Error(`${classless.file}: has no class, but other images of ${name} have`)

  let rows: Uint8Array | undefined
  let first: Picture | undefined
  for (const [i, { file, read }] of files.entries()) {
    const decoded = withChannels(await decodeImage(await read(), file), channels)
    const picture = size === undefined ? decoded : fitSquare(decoded, size)
    first ??= picture
    if (picture.width !== first.width || picture.height !== first.height)
      throw new Error(
        `${file}: is ${picture.width}x${picture.height} pixels but ${files[0]!.file} is ${first.width}x${first.height}: give a size to bring all images to`,
      )
    rows ??= new Uint8Array(files.length * picture.data.length)
    rows.set(picture.data, i * picture.data.length)
    onProgress?.(i + 1, files.length)
  }
  const labelled = classNames.length > 0
  return memory({
    name,
    rows: rows!,
    shape: [first!.height, first!.width, channels],
    ...(labelled && {
      labels: files.map(f => classNames.indexOf(f.class!)),
      classes: classNames.length,
      classNames,
    }),
  })
}
