import { readdir, realpath, stat } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import type { Dataset, DatasetFacts } from '../dataset.ts'
import { type ImageFile, type ImageOptions, images } from '../images/images.ts'
import { checkFolder, readBytes } from './files.ts'

/** Options of `imageFolder`. */
export interface ImageFolderOptions extends ImageOptions {
  readonly folder: string
  /** Whether the name of the top folder that an image lies in is its class. */
  readonly labels?: boolean
}

const EXTENSIONS = new Set(['.png', '.jpg', '.jpeg'])

/**
 * The dataset of the PNG and JPEG files in a folder and the folders within, in order of their paths: batches
 * [n, size, size, channels] in [-1, 1]. Each image is decoded once, now, and held as bytes. Symbolic links are followed to files
 * inside the folder and refused where they lead out of it. See `images` for the options and the errors.
 */
export async function imageFolder({
  folder,
  labels = false,
  ...options
}: ImageFolderOptions): Promise<DatasetFacts & Dataset> {
  if (!folder) throw new Error('imageFolder: give the folder that holds the images')
  await checkFolder(folder)
  const { found, others } = await walk(folder)
  if (found.length === 0)
    throw new Error(
      `${folder}: holds no PNG or JPEG files${others.length > 0 ? ` (but ${others.length} others, such as ${others[0]}: convert them)` : ''}`,
    )
  const files = found.map((path): ImageFile => {
    const file = join(folder, path)
    const [top, ...rest] = path.split('/')
    if (labels && rest.length === 0)
      throw new Error(`${file}: has no class: with labels, images lie in folders named after their classes`)
    return {
      file,
      class: labels ? top : undefined,
      read: async () => (await readBytes(file)).bytes,
    }
  })
  return images(folder, files, options)
}

/** Image paths relative to the folder, with "/" between folders, sorted by code unit; and the names of other files. */
async function walk(folder: string): Promise<{ found: string[]; others: string[] }> {
  const root = await realpath(folder)
  const found: string[] = []
  const others: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = relative(folder, join(entry.parentPath, entry.name))
    if (entry.isSymbolicLink()) {
      const target = await realpath(join(folder, path)).catch(() => undefined)
      if (target === undefined) throw new Error(`${join(folder, path)}: is a link to nothing: remove it`)
      if (target !== root && !target.startsWith(root + sep))
        throw new Error(
          `${join(folder, path)}: is a link out of the folder, to ${target}: copy the images into the folder`,
        )
      // What a linked folder holds is found by its own path.
      if (!(await stat(target)).isFile()) continue
    } else if (!entry.isFile()) continue
    if (entry.name.startsWith('.')) continue
    if (EXTENSIONS.has(extname(entry.name).toLowerCase())) found.push(path.split(sep).join('/'))
    else others.push(path)
  }
  return { found: found.sort(), others: others.sort() }
}
