/**
 * Models in ONNX's file format: protocol buffers of the messages in onnx.proto (https://github.com/onnx/onnx), written by hand
 * since a graph needs few of their fields.
 *
 * @module
 */

/** Numbers that the format gives to types of elements (TensorProto.DataType). */
export const elementTypes = { float32: 1, int32: 6, int64: 7, bool: 9, double: 11 } as const
export type ElementType = keyof typeof elementTypes

/** The data of an initializer: bool as bytes. */
export type Data = Float32Array | Int32Array | Uint8Array | BigInt64Array | Float64Array

/** A number is an integer here; floats are marked, since 1 does not show which of the two it is. */
export type Attribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }

/** An operator applied: values go by name, and an empty name stands for an optional input that is not given. */
export interface ModelNode {
  /** Its name, after that of its domain and a colon if it is none of ONNX's own. */
  readonly op: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: { readonly [name: string]: Attribute }
}

export interface Initializer {
  readonly name: string
  readonly shape: readonly number[]
  readonly type: ElementType
  readonly data: Data
}

export interface ValueInfo {
  readonly name: string
  /** A size that has a name may be any. */
  readonly shape: readonly (number | string)[]
  readonly type: ElementType
}

export interface ModelGraph {
  /** Each after the nodes that its inputs come from. */
  readonly nodes: readonly ModelNode[]
  readonly initializers: readonly Initializer[]
  readonly inputs: readonly ValueInfo[]
  readonly outputs: readonly ValueInfo[]
  /** The name of an output before all others that is a sequence without tensors. */
  readonly empty?: string | undefined
  /** `step` if not given. */
  readonly name?: string
  /** Texts by name, for whoever opens the file. */
  readonly metadata?: { readonly [name: string]: string }
}

type Bytes = Uint8Array

function concat(parts: readonly Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** A whole number in groups of seven bits, the lowest first; negative ones as 64-bit two's complement. */
function varint(value: number): Bytes {
  if (!Number.isSafeInteger(value)) throw new Error(`${value} is no whole number that a model can hold`)
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  bytes.push(Number(rest))
  return Uint8Array.from(bytes)
}

const wire = { varint: 0, bytes: 2, float: 5 }
const tag = (field: number, type: number) => varint(field * 8 + type)
const utf8 = new TextEncoder()

const whole = (field: number, value: number): Bytes => concat([tag(field, wire.varint), varint(value)])
const bytes = (field: number, value: Bytes): Bytes =>
  concat([tag(field, wire.bytes), varint(value.length), value])
const text = (field: number, value: string): Bytes => bytes(field, utf8.encode(value))
const message = (field: number, parts: readonly Bytes[]): Bytes => bytes(field, concat(parts))
function float(field: number, value: number): Bytes {
  const four = new Uint8Array(4)
  new DataView(four.buffer).setFloat32(0, value, true)
  return concat([tag(field, wire.float), four])
}

/** AttributeProto: name 1, f 2, i 3, s 4, floats 7, ints 8, type 20. */
function attribute(name: string, value: Attribute): Bytes[] {
  const [type, ...fields] =
    typeof value === 'number'
      ? [2, whole(3, value)]
      : typeof value === 'string'
        ? [3, text(4, value)]
        : 'float' in value
          ? [1, float(2, value.float)]
          : 'floats' in value
            ? [6, ...value.floats.map(x => float(7, x))]
            : [7, ...value.map(n => whole(8, n))]
  return [text(1, name), ...(fields as Bytes[]), whole(20, type as number)]
}

const domainOf = ({ op }: ModelNode): string => op.split(':').slice(0, -1).join()

/** NodeProto: input 1, output 2, op_type 4, attribute 5, domain 7. */
const node = (each: ModelNode): Bytes[] => [
  ...each.inputs.map(name => text(1, name)),
  ...each.outputs.map(name => text(2, name)),
  text(4, each.op.split(':').at(-1)!),
  ...Object.entries(each.attributes).map(([name, value]) => message(5, attribute(name, value))),
  ...(domainOf(each) ? [text(7, domainOf(each))] : []),
]

/** TensorProto: dims 1, data_type 2, name 8, raw_data 9 (little-endian, as are all machines that JavaScript runs on). */
const tensor = ({ name, shape, type, data }: Initializer): Bytes[] => [
  ...shape.map(size => whole(1, size)),
  whole(2, elementTypes[type]),
  text(8, name),
  bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
]

/** ValueInfoProto: name 1, type 2; in it TypeProto.tensor_type 1 with elem_type 1, shape 2; dim 1 with dim_value 1 or dim_param 2. */
const valueInfo = ({ name, shape, type }: ValueInfo): Bytes[] => [
  text(1, name),
  message(2, [
    message(1, [
      whole(1, elementTypes[type]),
      message(
        2,
        shape.map(size => message(1, [typeof size === 'string' ? text(2, size) : whole(1, size)])),
      ),
    ]),
  ]),
]

/** TypeProto.sequence_type 4 with elem_type 1, a TypeProto: of float32 tensors. */
const sequenceInfo = (name: string): Bytes[] => [
  text(1, name),
  message(2, [message(4, [message(1, [message(1, [whole(1, elementTypes.float32)])])])]),
]

/**
 * ModelProto: ir_version 1, producer_name 2, graph 7, opset_import 8 (OperatorSetIdProto: domain 1, version 2),
 * metadata_props 14 (StringStringEntryProto: key 1, value 2);
 * GraphProto: node 1, name 2, initializer 5, input 11, output 12. Operator set 21 of ONNX, with which goes IR version 10; of other domains the first.
 */
export const encode = ({
  nodes,
  initializers,
  inputs,
  outputs,
  name = 'step',
  metadata = {},
  empty,
}: ModelGraph): Uint8Array =>
  concat([
    whole(1, 10),
    text(2, 'equilibria'),
    message(7, [
      ...nodes.map(each => message(1, node(each))),
      ...(empty
        ? [message(1, node({ op: 'SequenceEmpty', inputs: [], outputs: [empty], attributes: {} }))]
        : []),
      text(2, name),
      ...initializers.map(each => message(5, tensor(each))),
      ...inputs.map(each => message(11, valueInfo(each))),
      ...(empty ? [message(12, sequenceInfo(empty))] : []),
      ...outputs.map(each => message(12, valueInfo(each))),
    ]),
    message(8, [text(1, ''), whole(2, 21)]),
    ...[...new Set(nodes.map(domainOf))]
      .filter(domain => domain !== '')
      .map(domain => message(8, [text(1, domain), whole(2, 1)])),
    ...Object.entries(metadata).map(([key, value]) => message(14, [text(1, key), text(2, value)])),
  ])
