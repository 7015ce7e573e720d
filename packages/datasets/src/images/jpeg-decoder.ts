import type { Picture } from './picture.ts'

/** Decodes a JPEG file; throws with the codec's own reason. */
export type JpegDecoder = (bytes: Uint8Array) => Promise<Picture>

type Codec = (bytes: ArrayBuffer, options: { preserveOrientation: boolean }) => Promise<ImageData>

/**
 * The JPEG decoder of MozJPEG in WebAssembly, upright according to EXIF. `wasm` fetches the module where the package cannot do
 * so by itself. It is loaded on first use. Files that break off are refused, although the codec would grey out the rest.
 */
export function jpegDecoder(wasm?: () => Promise<ArrayBuffer>): JpegDecoder {
  let complaints: string[] = []
  let codec: Promise<Codec> | undefined
  const load = async (): Promise<Codec> => {
    const { default: decode, init } = await import('@jsquash/jpeg/decode.js')
    const printErr = (line: string) => void complaints.push(line)
    await init({ ...(wasm && { wasmBinary: await wasm() }), print: printErr, printErr })
    return decode
  }
  const decode: JpegDecoder = async bytes => {
    codec ??= load()
    const run = await codec
    complaints = []
    try {
      const { width, height, data } = await run(bytes.slice().buffer as ArrayBuffer, {
        preserveOrientation: true,
      })
      if (complaints.some(line => line.includes('Premature end'))) throw new Error('truncated')
      return { width, height, channels: 4, data: new Uint8Array(data.buffer, data.byteOffset, data.length) }
    } catch (cause) {
      // A failed decode may leave the module's memory in any state: start afresh next time.
      codec = undefined
      throw new Error(complaints.filter(line => line.trim() !== '').at(-1) ?? (cause as Error).message, {
        cause,
      })
    }
  }
  // One at a time, so that complaints belong to the file being decoded.
  let turn: Promise<unknown> = Promise.resolve()
  return bytes => {
    const picture = turn.then(() => decode(bytes))
    turn = picture.catch(() => undefined)
    return picture
  }
}
