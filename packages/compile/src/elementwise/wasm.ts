/**
 * WebAssembly's binary format, as much of it as the kernels here need: functions of i32 arguments without result, and the
 * instructions of 128-bit SIMD. Source: WebAssembly core specification 2.0, chapter 5.
 *
 * @module
 */

/** Bytes of instructions. */
export type Code = readonly number[]

/** LEB128 of an integer from -2^31 to 2^32 - 1; `signed` for what WebAssembly reads as signed. */
function leb(value: number, signed: boolean): number[] {
  const bytes: number[] = []
  for (let rest = value; ; ) {
    const low = rest & 0x7f
    rest = signed ? rest >> 7 : rest >>> 7
    const done = signed ? rest === (low & 0x40 ? -1 : 0) : rest === 0
    bytes.push(done ? low : low | 0x80)
    if (done) return bytes
  }
}

export const unsigned = (value: number): number[] => leb(value, false)

const vector = (items: readonly Code[]): number[] => [...unsigned(items.length), ...items.flat()]
const sized = (bytes: Code): number[] => [...unsigned(bytes.length), ...bytes]
const name = (text: string): number[] => sized([...new TextEncoder().encode(text)])
const section = (id: number, body: Code): number[] => [id, ...sized(body)]

const I32 = 0x7f
const V128 = 0x7b
const VOID = 0x40

const simd = (opcode: number, ...immediates: number[]): number[] => [0xfd, ...unsigned(opcode), ...immediates]
/** Alignment that a memory instruction may expect (log2 of bytes) and an offset in bytes. */
const place = (align: number, offset: number): number[] => [align, ...unsigned(offset)]

export const get = (local: number): number[] => [0x20, ...unsigned(local)]
export const set = (local: number): number[] => [0x21, ...unsigned(local)]

/** Instructions on i32. */
export const i32 = {
  const: (value: number): number[] => [0x41, ...leb(value, true)],
  ltU: [0x49],
  add: [0x6a],
  shl: [0x74],
} as const

/** Repeats `body` while the condition it leaves on the stack holds; goes through it at least once. */
export const loop = (body: Code): number[] => [0x03, VOID, ...body, 0x0d, 0, 0x0b]
/** Does `body` if the condition on the stack holds. */
export const when = (body: Code): number[] => [0x04, VOID, ...body, 0x0b]

/** Instructions on four numbers, or four masks (all ones for true), at a time. Addresses are on the stack; offsets add to them. */
export const v128 = {
  load: (offset: number): number[] => simd(0x00, ...place(4, offset)),
  /** One float32, four times. */
  load32Splat: simd(0x09, ...place(2, 0)),
  store: (offset: number): number[] => simd(0x0b, ...place(4, offset)),
  /** The first of the four. */
  store32Lane: simd(0x5a, ...place(2, 0), 0),
  not: simd(0x4d),
  and: simd(0x4e),
  or: simd(0x50),
  xor: simd(0x51),
  /** Of the first where the third's bits are 1, else of the second. */
  bitselect: simd(0x52),
} as const

/** A number, four times. */
export const splat = (value: number): number[] => [
  0x43,
  ...new Uint8Array(new Float32Array([value]).buffer),
  ...simd(0x13),
]

export const f32x4 = {
  eq: simd(0x41),
  ne: simd(0x42),
  lt: simd(0x43),
  gt: simd(0x44),
  le: simd(0x45),
  ge: simd(0x46),
  ceil: simd(0x67),
  floor: simd(0x68),
  /** To the nearest integer, halves to the even one. */
  nearest: simd(0x6a),
  abs: simd(0xe0),
  neg: simd(0xe1),
  sqrt: simd(0xe3),
  add: simd(0xe4),
  sub: simd(0xe5),
  mul: simd(0xe6),
  div: simd(0xe7),
  /** NaN where either is. */
  min: simd(0xe8),
  max: simd(0xe9),
  /** b < a ? b : a, for a below b on the stack. */
  pmin: simd(0xea),
  /** a < b ? b : a. */
  pmax: simd(0xeb),
} as const

/** A function: `parameters` i32 arguments, then locals of its own (i32, then v128) that follow them in numbering. */
export interface Func {
  readonly parameters: number
  readonly i32s: number
  readonly v128s: number
  readonly body: Code
}

/**
 * A module that imports `env.memory` (of one thread or shared) and exports its functions as "0", "1", ...
 */
export function moduleOf(functions: readonly Func[], shared: boolean): Uint8Array<ArrayBuffer> {
  const arities = [...new Set(functions.map(f => f.parameters))]
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(arities.map(n => [0x60, ...vector(Array<Code>(n).fill([I32])), 0]))),
    // Any size; the specification wants a shared memory's maximum stated, and takes any that is not smaller.
    ...section(
      2,
      vector([[...name('env'), ...name('memory'), 2, ...(shared ? [3, 0, ...unsigned(65536)] : [0, 0])]]),
    ),
    ...section(3, vector(functions.map(f => unsigned(arities.indexOf(f.parameters))))),
    ...section(7, vector(functions.map((_, i) => [...name(`${i}`), 0, ...unsigned(i)]))),
    ...section(
      10,
      vector(
        functions.map(({ i32s, v128s, body }) =>
          sized([
            ...vector([
              [...unsigned(i32s), I32],
              [...unsigned(v128s), V128],
            ]),
            ...body,
            0x0b,
          ]),
        ),
      ),
    ),
  ])
}
