import type { Dataset, DatasetFacts } from './dataset.ts'
import { hex, unzipped } from './gzip.ts'
import { memory } from './memory.ts'

/** Numbers of an IDX file, in the file's own type. */
export type IdxData = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array

/** The content of an IDX file: an array of any rank, row by row. */
export interface Idx {
  readonly shape: readonly number[]
  readonly data: IdxData
}

// The type byte of an IDX header, the array it stands for, and how a value is read and written (big-endian).
const TYPES = [
  { code: 0x08, array: Uint8Array, get: 'getUint8', set: 'setUint8' },
  { code: 0x09, array: Int8Array, get: 'getInt8', set: 'setInt8' },
  { code: 0x0b, array: Int16Array, get: 'getInt16', set: 'setInt16' },
  { code: 0x0c, array: Int32Array, get: 'getInt32', set: 'setInt32' },
  { code: 0x0d, array: Float32Array, get: 'getFloat32', set: 'setFloat32' },
  { code: 0x0e, array: Float64Array, get: 'getFloat64', set: 'setFloat64' },
] as const

/**
 * Reads an IDX file: two zero bytes, the type, the rank, the lengths as big-endian 32-bit words, the values (the format of the
 * MNIST files). `file` is named in errors. Throws on a wrong magic number and on more or fewer bytes than the header says.
 */
export function parseIdx(bytes: Uint8Array, file = 'IDX file'): Idx {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const type = TYPES.find(t => t.code === bytes[2])
  const rank = bytes[3] ?? 0
  if (bytes[0] !== 0 || bytes[1] !== 0 || !type || rank === 0)
    throw new Error(
      `${file}: not an IDX file (it starts with ${hex(bytes)}, expected 0x0000, a type and a rank)`,
    )
  const header = 4 + 4 * rank
  if (bytes.length < header)
    throw new Error(
      `${file}: truncated: its header should be ${header} bytes long, the file has ${bytes.length}`,
    )
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i))
  const count = shape.reduce((a, b) => a * b, 1)
  const width = type.array.BYTES_PER_ELEMENT
  if (bytes.length !== header + count * width)
    throw new Error(
      `${file}: ${bytes.length < header + count * width ? 'truncated' : 'longer than it says'}: its header says [${shape}], ${header + count * width} bytes in all, but the file has ${bytes.length}`,
    )
  if (type.array === Uint8Array) return { shape, data: bytes.subarray(header) }
  const data = new type.array(count)
  for (let i = 0; i < count; i++) data[i] = view[type.get](header + i * width)
  return { shape, data }
}

/** Writes an IDX file. Throws if shape and data differ in size. */
export function encodeIdx({ shape, data }: Idx): Uint8Array<ArrayBuffer> {
  const count = shape.reduce((a, b) => a * b, 1)
  if (count !== data.length)
    throw new Error(`encodeIdx: shape [${shape}] holds ${count} values, got ${data.length}`)
  const type = TYPES.find(t => data instanceof t.array)!
  const header = 4 + 4 * shape.length
  const width = type.array.BYTES_PER_ELEMENT
  const bytes = new Uint8Array(header + count * width)
  const view = new DataView(bytes.buffer)
  bytes[2] = type.code
  bytes[3] = shape.length
  for (const [i, d] of shape.entries()) view.setUint32(4 + 4 * i, d)
  for (let i = 0; i < count; i++) view[type.set](header + i * width, data[i]!)
  return bytes
}

/** A file: its content, and its name for messages. */
export interface NamedBytes {
  readonly file: string
  readonly bytes: Uint8Array
}

/** What `idxImages` reads. */
export interface IdxImages {
  readonly name: string
  /** Ubyte images [n, height, width] or [n, height, width, channels]; may be gzipped. */
  readonly images: NamedBytes
  /** Integer labels [n]; may be gzipped. */
  readonly labels?: NamedBytes | undefined
  readonly classes?: number | undefined
  readonly classNames?: readonly string[] | undefined
  readonly license?: string | undefined
}

/** The dataset of a pair of IDX files: images in [-1, 1], [n, height, width, channels]. */
export async function idxImages({ images, labels, ...facts }: IdxImages): Promise<DatasetFacts & Dataset> {
  const pictures = parseIdx(await unzipped(images.bytes, images.file), images.file)
  const { shape } = pictures
  if (!(pictures.data instanceof Uint8Array) || shape.length < 3 || shape.length > 4)
    throw new Error(
      `${images.file}: expected ubyte images [n, height, width] or [n, height, width, channels], got ${pictures.data.constructor.name.replace('Array', '').toLowerCase()} [${shape}]`,
    )
  if (pictures.data.length === 0) throw new Error(`${images.file}: holds no images, its shape is [${shape}]`)
  const marks = labels && parseIdx(await unzipped(labels.bytes, labels.file), labels.file)
  if (labels && marks && (marks.shape.length !== 1 || marks.shape[0] !== shape[0]))
    throw new Error(
      `${labels.file}: expected one label for each of the ${shape[0]} images of ${images.file}, got [${marks.shape}]`,
    )
  const [height, width, channels = 1] = shape.slice(1) as [number, number, number?]
  return withFile(labels?.file, () =>
    memory({
      ...facts,
      rows: pictures.data as Uint8Array,
      shape: [height, width, channels],
      labels: marks?.data,
    }),
  )
}

/** Runs `f`, naming the file in its errors. */
const withFile = <T>(file: string | undefined, f: () => T): T => {
  try {
    return f()
  } catch (cause) {
    if (file === undefined) throw cause
    throw new Error(`${file}: ${(cause as Error).message}`, { cause })
  }
}
