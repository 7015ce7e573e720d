const looksZipped = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b

/**
 * The content of a file that may be gzipped, told by its first bytes: in Node and in the browser alike.
 * Throws if the name ends in .gz but the content is no gzip, and if the content is damaged.
 */
export async function unzipped(bytes: Uint8Array, file: string): Promise<Uint8Array> {
  if (!looksZipped(bytes)) {
    if (file.endsWith('.gz'))
      throw new Error(`${file}: not a gzip file (it starts with ${hex(bytes)}): rename or download it again`)
    return bytes
  }
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream('gzip'))
  try {
    return new Uint8Array(await new Response(stream).arrayBuffer())
  } catch (cause) {
    throw new Error(`${file}: damaged or truncated gzip file: download it again`, { cause })
  }
}

/** The first bytes of a file for messages, or a word that there are none. */
export const hex = (bytes: Uint8Array, count = 4): string =>
  bytes.length === 0
    ? 'nothing: it is empty'
    : `0x${[...bytes.subarray(0, count)].map(b => b.toString(16).padStart(2, '0')).join('')}`
