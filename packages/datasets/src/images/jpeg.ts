import { type JpegDecoder, jpegDecoder } from './jpeg-decoder.ts'

/** Decodes a JPEG file in the browser, where bundlers serve the codec's WebAssembly beside its script. */
export const decodeJpeg: JpegDecoder = jpegDecoder()
