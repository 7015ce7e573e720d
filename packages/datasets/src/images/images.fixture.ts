import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { encode as encodePng } from 'fast-png'
import type { Picture } from './picture.ts'

/** A smooth picture, different for each seed: no two channels or directions are alike. */
export function gradient(width: number, height: number, channels = 3, seed = 0): Picture {
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++)
        data[(y * width + x) * channels + c] = Math.round(
          127.5 + 100 * Math.sin(((c + 1) * x) / width + ((3 - c) * y) / height + c + seed),
        )
  return { width, height, channels, data }
}

/** A PNG file of a picture. */
export const png = (picture: Picture): Uint8Array => encodePng({ ...picture, depth: 8 }).slice()

let encoder: Promise<(image: ImageData) => Promise<ArrayBuffer>> | undefined

/** A JPEG file of a picture with 3 channels, of high quality. */
export async function jpeg({ width, height, data }: Picture, options: object = {}): Promise<Uint8Array> {
  encoder ??= (async () => {
    const { default: encode, init } = await import('@jsquash/jpeg/encode.js')
    const wasm = createRequire(import.meta.url).resolve('@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm')
    await (init as (options: object) => Promise<void>)({
      wasmBinary: new Uint8Array(await readFile(wasm)).buffer,
    })
    return image => encode(image, { quality: 95, chroma_subsample: 1, auto_subsample: false, ...options })
  })()
  const rgba = new Uint8ClampedArray(width * height * 4)
  for (let i = 0; i < width * height; i++)
    rgba.set([data[i * 3]!, data[i * 3 + 1]!, data[i * 3 + 2]!, 255], i * 4)
  const encode = await encoder
  return new Uint8Array(await encode({ width, height, data: rgba, colorSpace: 'srgb' } as ImageData))
}

/** The JPEG with an EXIF block that says how to turn it (6: a quarter to the right). */
export function withOrientation(file: Uint8Array, orientation: number): Uint8Array {
  const exif = [
    0x45,
    0x78,
    0x69,
    0x66,
    0,
    0,
    0x4d,
    0x4d,
    0,
    0x2a,
    0,
    0,
    0,
    8,
    0,
    1,
    0x01,
    0x12,
    0,
    3,
    0,
    0,
    0,
    1,
    0,
    orientation,
    0,
    0,
    0,
    0,
    0,
    0,
  ]
  return Uint8Array.from([
    ...file.subarray(0, 2),
    0xff,
    0xe1,
    0,
    exif.length + 2,
    ...exif,
    ...file.subarray(2),
  ])
}
