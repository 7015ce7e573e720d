import { fold, key, type Latent } from '@equilibria/core'
import { type Dataset, encodeGrid } from '@equilibria/datasets'
import { add, mul, type Tensor, tidy } from '@tensorflow/tfjs-core'

/** Images of latents [n, 100]. */
export type Draw = (z: Tensor) => Tensor

interface Images {
  readonly data: Float32Array
  readonly shape: readonly number[]
}

const host = async (images: Tensor): Promise<Images> => {
  try {
    return { data: Float32Array.from(await images.data()), shape: images.shape }
  } finally {
    images.dispose()
  }
}

const image = ({ data, shape }: Images, i: number) => {
  const size = data.length / shape[0]!
  return data.subarray(i * size, (i + 1) * size)
}

/** For each image the training image at the least Euclidean distance, and that distance in pixels of [0, 1]. */
export async function nearestIn(
  train: Dataset,
  images: Images,
): Promise<Images & { readonly distances: number[] }> {
  const n = images.shape[0]!
  const best = { data: new Float32Array(images.data.length), shape: images.shape }
  const least = Array<number>(n).fill(Infinity)
  for await (const { data, labels } of train.pass(1000)) {
    labels?.dispose()
    const rows = await host(data)
    for (let row = 0; row < rows.shape[0]!; row++) {
      const candidate = image(rows, row)
      for (let i = 0; i < n; i++) {
        const own = image(images, i)
        let square = 0
        for (let j = 0; j < own.length && square < least[i]!; j++) square += (own[j]! - candidate[j]!) ** 2
        if (square < least[i]!) {
          least[i] = square
          image(best, i).set(candidate)
        }
      }
    }
  }
  const [low, high] = train.range
  return { ...best, distances: least.map(square => Math.sqrt(square) / (high - low)) }
}

/** Puts columns of images, all of one height, side by side. */
const beside = (columns: readonly Images[]): Images => {
  const rows = columns[0]!.shape[0]!
  const size = columns[0]!.data.length / rows
  const data = new Float32Array(rows * columns.length * size)
  for (let row = 0; row < rows; row++)
    columns.forEach((column, i) => void data.set(image(column, row), (row * columns.length + i) * size))
  return { data, shape: [rows * columns.length, ...columns[0]!.shape.slice(1)] }
}

/**
 * Samples as a PNG, as in figure 2 of the paper: the last column has the training images nearest to the samples in the column beside it. Gives the
 * mean distance of these pairs, too.
 */
export async function samplesPicture(
  draw: Draw,
  latent: Latent,
  train: Dataset,
  { rows = 8, columns = 8, seed = 0 } = {},
): Promise<{ readonly png: Uint8Array; readonly distance: number }> {
  const drawn: Images[] = []
  for (let column = 0; column < columns; column++)
    drawn.push(await host(tidy(() => draw(latent.draw(fold(key(seed), 'samples'), rows, column * rows)))))
  const { distances, ...nearest } = await nearestIn(train, drawn.at(-1)!)
  return {
    png: encodeGrid(beside([...drawn, nearest]), { columns: columns + 1 }),
    distance: distances.reduce((a, b) => a + b, 0) / rows,
  }
}

/** Images on straight lines between latents as a PNG, as in figure 3 of the paper: a line a row, from one latent to another. */
export async function interpolationPicture(
  draw: Draw,
  latent: Latent,
  { rows = 6, columns = 12, seed = 0 } = {},
): Promise<Uint8Array> {
  const shares = Array.from({ length: columns }, (_, i) => i / (columns - 1))
  const root = fold(key(seed), 'lines')
  const columnsOf: Images[] = []
  for (const share of shares)
    columnsOf.push(
      await host(
        tidy(() =>
          draw(
            add(
              mul(1 - share, latent.draw(fold(root, 0), rows)),
              mul(share, latent.draw(fold(root, 1), rows)),
            ),
          ),
        ),
      ),
    )
  return encodeGrid(beside(columnsOf), { columns })
}
