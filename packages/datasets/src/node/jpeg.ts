import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { type JpegDecoder, jpegDecoder } from '../images/jpeg-decoder.ts'

/** Decodes a JPEG file in Node, where the codec's WebAssembly is read from its package. */
export const decodeJpeg: JpegDecoder = jpegDecoder(async () => {
  const path = createRequire(import.meta.url).resolve('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm')
  return new Uint8Array(await readFile(path)).buffer
})
