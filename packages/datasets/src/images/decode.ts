import { convertIndexedToRgb, type DecodedPng, decode as decodePng } from 'fast-png'
import { decodeJpeg } from '#jpeg'
import { hex } from '../gzip.ts'
import type { Picture } from './picture.ts'

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const JPEG = [0xff, 0xd8, 0xff]
const startsWith = (bytes: Uint8Array, magic: readonly number[]) => magic.every((b, i) => bytes[i] === b)

/**
 * Decodes a PNG (any depth, palette, alpha) or a JPEG (baseline, progressive; turned upright by EXIF), told apart by their
 * first bytes, in Node and in the browser. Throws, naming the file, on other formats and on damaged or truncated files.
 */
export async function decodeImage(bytes: Uint8Array, file = 'image'): Promise<Picture> {
  const isPng = startsWith(bytes, PNG)
  if (!isPng && !startsWith(bytes, JPEG))
    throw new Error(`${file}: not a PNG or JPEG image (it starts with ${hex(bytes)}): convert or remove it`)
  try {
    return isPng ? pngPicture(decodePng(bytes, { checkCrc: true })) : await decodeJpeg(bytes)
  } catch (cause) {
    throw new Error(
      `${file}: damaged or truncated ${isPng ? 'PNG' : 'JPEG'} image (${(cause as Error).message}): replace or remove it`,
      { cause },
    )
  }
}

function pngPicture(png: DecodedPng): Picture {
  const { width, height, channels, depth } = png
  if (png.palette) {
    const data = convertIndexedToRgb(png)
    return { width, height, channels: data.length / (width * height), data }
  }
  const data = depth < 8 ? unpacked(png) : depth === 16 ? Uint8Array.from(png.data, v => v >> 8) : png.data
  if (data.length !== width * height * channels) throw new Error('it breaks off')
  return { width, height, channels, data: data as Uint8Array }
}

/** Grey PNGs of 1, 2 or 4 bits pack pixels into bytes, each row starting a byte of its own. */
function unpacked({ width, height, depth, data }: DecodedPng): Uint8Array {
  const stride = Math.ceil((width * depth) / 8)
  const highest = 2 ** depth - 1
  const out = new Uint8Array(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const bit = x * depth
      const byte = data[y * stride + (bit >> 3)]!
      out[y * width + x] = Math.round((((byte >> (8 - depth - (bit & 7))) & highest) * 255) / highest)
    }
  return out
}
