import { isRecord } from '@equilibria/core'
/**
 * The safetensors format: 8 bytes of header length (little endian), a JSON header of names, types, shapes and byte ranges, then
 * the numbers themselves. Nothing in it is ever executed. Reading is strict: a file whose parts do not fit each other is refused.
 * Format: https://github.com/huggingface/safetensors
 */

/** A tensor's numbers outside the backend. */
export type HostTensor =
  | { readonly dtype: 'float32'; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly dtype: 'int32'; readonly shape: readonly number[]; readonly data: Int32Array }
  | { readonly dtype: 'bool'; readonly shape: readonly number[]; readonly data: Uint8Array }

/** Host tensors by path: "generator/0/kernel". */
export type NamedTensors = ReadonlyMap<string, HostTensor>

const TYPES = { F32: 'float32', I32: 'int32', BOOL: 'bool' } as const
const CODES = { float32: 'F32', int32: 'I32', bool: 'BOOL' } as const
const BYTES = { F32: 4, I32: 4, BOOL: 1 } as const
type Code = keyof typeof TYPES

/** The format's own limit on the header's length. */
const MAX_HEADER = 100_000_000
const MAX_NAME = 1024

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)

/** Throws unless `name` is segments joined by "/": no empty, "." or ".." segment, no backslash, no control character. */
export function checkName(name: string): void {
  const bad =
    name.length > MAX_NAME ||
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    /[\\\u0000-\u001f\u007f]/.test(name) ||
    name === '__metadata__' ||
    name.split('/').some(segment => segment === '' || segment === '.' || segment === '..')
  if (bad)
    throw new Error(
      `tensor name ${JSON.stringify(name.slice(0, 80))} is not allowed: expected segments joined by "/", none of them empty, "." or ".."; rename the parameter`,
    )
}

/**
 * The bytes of a safetensors file. The order is fixed by type and name, so that equal tensors give equal files. `metadata` are texts
 * by name, the header's `__metadata__`.
 */
export function encodeSafetensors(
  tensors: NamedTensors,
  metadata: { readonly [name: string]: string } = {},
): Uint8Array<ArrayBuffer> {
  // Wide types first keeps every tensor aligned to its element size.
  const sorted = [...tensors].sort(
    ([a, x], [b, y]) => BYTES[CODES[y.dtype]] - BYTES[CODES[x.dtype]] || (a < b ? -1 : 1),
  )
  let end = 0
  const header = sorted.map(([name, { dtype, shape, data }]) => {
    checkName(name)
    if (sizeOf(shape) !== data.length)
      throw new Error(
        `tensor "${name}" of shape [${shape}] needs ${sizeOf(shape)} numbers, got ${data.length}`,
      )
    const begin = end
    end += data.byteLength
    return [name, { dtype: CODES[dtype], shape, data_offsets: [begin, end] }] as const
  })
  const about = Object.keys(metadata).length > 0 ? [['__metadata__', metadata] as const] : []
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries([...about, ...header])))
  const padded = Math.ceil(json.length / 8) * 8
  const out = new Uint8Array(8 + padded + end)
  new DataView(out.buffer).setBigUint64(0, BigInt(padded), true)
  out.fill(0x20, 8, 8 + padded)
  out.set(json, 8)
  let at = 8 + padded
  for (const [, { data }] of sorted) {
    out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    at += data.byteLength
  }
  return out
}

/**
 * The tensors of a safetensors file. Where alignment allows, their numbers are views of `bytes`, not copies.
 * Throws a description of what is wrong with the file: truncated, header too long or not JSON, duplicate or unsafe names,
 * unknown types, ranges that overlap, leave gaps, exceed the file or do not match the shape.
 */
export function decodeSafetensors(bytes: Uint8Array): Map<string, HostTensor> {
  const { header, start } = headerOf(bytes)
  const body = bytes.subarray(start)
  const ranged = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, info]) => ({ name, ...checkInfo(name, info, body.length) }))
    .sort((a, b) => a.begin - b.begin || a.end - b.end)
  let covered = 0
  for (const { name, begin, end } of ranged) {
    if (begin !== covered)
      throw new Error(
        begin < covered
          ? `tensor "${name}" overlaps the one before it`
          : `bytes ${covered} to ${begin} belong to no tensor`,
      )
    covered = end
  }
  if (covered !== body.length) throw new Error(`bytes ${covered} to ${body.length} belong to no tensor`)
  return new Map(
    ranged.map(({ name, code, shape, begin, end }) => [
      name,
      view(name, code, shape, body.subarray(begin, end)),
    ]),
  )
}

/** The texts that a file says of itself, by name. Throws on a header that is not sound, or texts that are none. */
export function safetensorsMetadata(bytes: Uint8Array): { readonly [name: string]: string } {
  const found = headerOf(bytes).header.__metadata__ ?? {}
  if (!isRecord(found) || Object.values(found).some(value => typeof value !== 'string'))
    throw new Error('its "__metadata__" is not an object of texts')
  return found as { [name: string]: string }
}

/** The header, and where the numbers start. */
function headerOf(bytes: Uint8Array) {
  if (bytes.length < 8) throw new Error(`${bytes.length} bytes are too few for a safetensors file`)
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)
  if (length > MAX_HEADER) throw new Error(`its header claims ${length} bytes, more than the format allows`)
  const start = 8 + Number(length)
  if (start > bytes.length)
    throw new Error(`its header claims ${length} bytes but only ${bytes.length - 8} follow: it is truncated`)
  return { header: parseHeader(bytes.subarray(8, start)), start }
}

const isCount = (v: unknown): v is number => Number.isSafeInteger(v) && (v as number) >= 0

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Error('its header is not UTF-8 text')
  }
  let header: unknown
  try {
    header = text.startsWith('{') ? JSON.parse(text) : undefined
  } catch {
    header = undefined
  }
  if (!isRecord(header)) throw new Error('its header is not a JSON object')
  const twice = duplicateKey(text)
  if (twice !== undefined) throw new Error(`its header names "${twice}" twice`)
  return header
}

/** The first key that an object in valid JSON text has twice: JSON.parse would keep the last in silence. */
export function duplicateKey(json: string): string | undefined {
  const open: (Set<string> | undefined)[] = []
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g)) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(undefined)
    else if (token === '}' || token === ']') open.pop()
    else if (token.endsWith(':')) {
      const key = JSON.parse(token.slice(0, token.lastIndexOf('"') + 1)) as string
      const seen = open.at(-1)
      if (seen?.has(key)) return key
      seen?.add(key)
    }
  }
  return undefined
}

function checkInfo(name: string, info: unknown, available: number) {
  checkName(name)
  const { dtype, shape, data_offsets: offsets } = isRecord(info) ? info : {}
  if (typeof dtype !== 'string' || !Object.hasOwn(TYPES, dtype))
    throw new Error(
      `tensor "${name}" has the type ${JSON.stringify(dtype)}; known: ${Object.keys(TYPES).join(', ')}`,
    )
  if (!Array.isArray(shape) || shape.length > 6 || !shape.every(isCount))
    throw new Error(`tensor "${name}" has the shape ${JSON.stringify(shape)}, not up to six counts`)
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    throw new Error(`tensor "${name}" has the byte range ${JSON.stringify(offsets)}, not two counts`)
  const [begin, end] = offsets as [number, number]
  if (end < begin || end > available)
    throw new Error(
      `tensor "${name}" lies at bytes ${begin} to ${end} of ${available}: the file is truncated or its header wrong`,
    )
  const code = dtype as Code
  const needed = sizeOf(shape) * BYTES[code]
  if (end - begin !== needed)
    throw new Error(
      `tensor "${name}" of shape [${shape}] needs ${needed} bytes, its range has ${end - begin}`,
    )
  return { code, shape: shape as number[], begin, end }
}

function view(name: string, code: Code, shape: number[], bytes: Uint8Array): HostTensor {
  const { buffer, byteOffset } = bytes.byteOffset % BYTES[code] === 0 ? bytes : bytes.slice()
  const n = sizeOf(shape)
  if (code === 'F32') return { dtype: 'float32', shape, data: new Float32Array(buffer, byteOffset, n) }
  if (code === 'I32') return { dtype: 'int32', shape, data: new Int32Array(buffer, byteOffset, n) }
  const data = new Uint8Array(buffer, byteOffset, n)
  if (data.some(b => b > 1)) throw new Error(`tensor "${name}" is BOOL but holds numbers other than 0 and 1`)
  return { dtype: 'bool', shape, data }
}
