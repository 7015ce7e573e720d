import { encode } from 'fast-png'

/** Images in [-1, 1]. */
export interface Images {
  readonly data: Float32Array
  /** [n, height, width, channels], channels 1 (grey) or 3 (red, green, blue). */
  readonly shape: readonly number[]
}

/** How a grid of images is laid out. */
export interface GridLayout {
  /** Images a row; about as many as rows unless given. */
  readonly columns?: number
  /** Every image pixel becomes a square of `scale` by `scale`; by default small images grow to at least 56 pixels. */
  readonly scale?: number
  /** Width of the lines between images, in pixels of the picture. */
  readonly gap?: number
  /** Grey level of the lines and of empty places, 0 to 255. */
  readonly background?: number
}

/**
 * A picture of many images side by side, as the bytes of a PNG file: in Node and in the browser.
 * Values beyond [-1, 1] are clipped. Throws on other shapes and on NaN.
 */
export function encodeGrid({ data, shape }: Images, layout: GridLayout = {}): Uint8Array<ArrayBuffer> {
  const [n = 0, height = 0, width = 0, channels = 0] = shape
  if (shape.length !== 4 || (channels !== 1 && channels !== 3) || n * height * width === 0)
    throw new Error(`encodeGrid: expected images [n, height, width, 1 or 3], got [${shape}]`)
  if (data.length !== n * height * width * channels)
    throw new Error(
      `encodeGrid: images [${shape}] hold ${n * height * width * channels} values, got ${data.length}`,
    )
  const {
    columns = Math.ceil(Math.sqrt(n)),
    scale = Math.max(1, Math.ceil(56 / Math.max(height, width))),
    gap = 2,
    background = 255,
  } = layout
  for (const [name, value, least] of [
    ['columns', columns, 1],
    ['scale', scale, 1],
    ['gap', gap, 0],
  ] as const)
    if (!(Number.isInteger(value) && value >= least))
      throw new Error(`encodeGrid: expected ${name} to be a whole number of at least ${least}, got ${value}`)

  const across = Math.min(columns, n)
  const down = Math.ceil(n / columns)
  const pictureWidth = across * width * scale + (across + 1) * gap
  const pictureHeight = down * height * scale + (down + 1) * gap
  const pixels = new Uint8Array(pictureWidth * pictureHeight * channels).fill(background)
  for (let i = 0; i < n; i++) {
    const left = gap + (i % columns) * (width * scale + gap)
    const top = gap + Math.floor(i / columns) * (height * scale + gap)
    for (let y = 0; y < height * scale; y++) {
      const row = (i * height + Math.floor(y / scale)) * width
      for (let x = 0; x < width * scale; x++) {
        const from = (row + Math.floor(x / scale)) * channels
        const to = ((top + y) * pictureWidth + left + x) * channels
        for (let c = 0; c < channels; c++) pixels[to + c] = byteOf(data[from + c]!, i)
      }
    }
  }
  return encode({ width: pictureWidth, height: pictureHeight, data: pixels, channels, depth: 8 }).slice()
}

/** [-1, 1] to a byte, the inverse of how datasets read images. */
const byteOf = (value: number, image: number): number => {
  if (Number.isNaN(value)) throw new Error(`encodeGrid: image ${image} holds NaN`)
  return Math.min(255, Math.max(0, Math.round((value + 1) * 127.5)))
}
