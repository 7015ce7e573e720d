import {
  add,
  backend_util,
  concat,
  pad,
  reshape,
  slice,
  type Tensor,
  tensor,
  transpose,
  util,
} from '@tensorflow/tfjs-core'

/** Attributes of the pooling kernels, planar and spatial. */
export interface PoolAttrs {
  readonly filterSize: number | number[]
  readonly strides: number | number[]
  readonly pad: 'valid' | 'same' | number | number[][]
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/** Where the windows of a pooling lie; one entry for each spatial axis. */
export interface Windows {
  readonly input: number[]
  readonly output: number[]
  readonly filter: number[]
  readonly stride: number[]
  /** Entries before the input that the first window reaches; negative where it starts within. */
  readonly before: number[]
  /** Blocks of `stride` entries that the windows reach into. */
  readonly cells: number[]
}

/** Geometry for x [n, ...spatial, c] with two or three spatial axes. */
export function windows(shape: number[], { filterSize, strides, pad, dimRoundingMode }: PoolAttrs): Windows {
  const flat = shape.length === 4
  const compute = flat ? backend_util.computePool2DInfo : backend_util.computePool3DInfo
  const info = compute(
    shape as never,
    filterSize as never,
    strides as never,
    1,
    pad as never,
    dimRoundingMode,
  ) as unknown as backend_util.Conv3DInfo
  const output = info.outShape.slice(1, -1)
  const filter = [info.filterDepth, info.filterHeight, info.filterWidth].slice(flat ? 1 : 0)
  const stride = [info.strideDepth, info.strideHeight, info.strideWidth].slice(flat ? 1 : 0)
  return {
    input: shape.slice(1, -1),
    output,
    filter,
    stride,
    before: [info.padInfo.front, info.padInfo.top, info.padInfo.left].slice(flat ? 1 : 0),
    cells: output.map((n, i) => n + Math.floor((filter[i]! - 1) / stride[i]!)),
  }
}

/** All index tuples of a box, the last axis fastest. */
function box(sizes: readonly number[]): number[][] {
  return sizes.reduce<number[][]>(
    (tuples, size) => tuples.flatMap(t => Array.from({ length: size }, (_, i) => [...t, i])),
    [[]],
  )
}

/** The number of each window's entries that lie within the input. [1, ...output, 1]. */
export function counts(w: Windows): Tensor {
  const numbers = box(w.output).map(place =>
    place.reduce((count, o, i) => {
      const first = o * w.stride[i]! - w.before[i]!
      return count * (Math.min(first + w.filter[i]!, w.input[i]!) - Math.max(first, 0))
    }, 1),
  )
  return tensor(numbers, [1, ...w.output, 1])
}

/** Splits the axis `axis` of x into blocks and moves the places within a block to the front of the channels. */
function blocksOf(x: Tensor, axis: number, block: number): Tensor {
  if (block === 1) return x
  const cells = x.shape[axis]! / block
  const outer = util.sizeFromShape(x.shape.slice(0, axis))
  const inner = util.sizeFromShape(x.shape.slice(axis + 1, -1))
  const c = x.shape[x.rank - 1]!
  const moved = transpose(reshape(x, [outer * cells, block, inner, c]), [0, 2, 1, 3])
  return reshape(moved, [...x.shape.slice(0, axis), cells, ...x.shape.slice(axis + 1, -1), block * c])
}

/** Undoes {@link blocksOf}. */
function unblocked(z: Tensor, axis: number, block: number): Tensor {
  if (block === 1) return z
  const cells = z.shape[axis]!
  const outer = util.sizeFromShape(z.shape.slice(0, axis))
  const inner = util.sizeFromShape(z.shape.slice(axis + 1, -1))
  const c = z.shape[z.rank - 1]! / block
  const moved = transpose(reshape(z, [outer * cells, inner, block, c]), [0, 2, 1, 3])
  return reshape(moved, [...z.shape.slice(0, axis), cells * block, ...z.shape.slice(axis + 1, -1), c])
}

/** Each filter entry's cell offset, and which block of channels holds it after all axes were split. */
function taps(w: Windows): { cell: number[]; place: number }[] {
  return box(w.filter).map(f => ({
    cell: f.map((k, i) => Math.floor(k / w.stride[i]!)),
    // The axis split last stands first among the channels.
    place: f.reduceRight((place, k, i) => place * w.stride[i]! + (k % w.stride[i]!), 0),
  }))
}

/** Filter and stride are the same: the windows are the blocks themselves. */
const tiling = (w: Windows) => w.filter.every((k, i) => k === w.stride[i])

/** The part of each spatial axis that windows can reach, and the margins that make it whole blocks. */
function reach(w: Windows) {
  return w.input.map((size, i) => {
    const extent = w.cells[i]! * w.stride[i]!
    const begin = Math.max(0, -w.before[i]!)
    const used = Math.min(size, extent - w.before[i]!) - begin
    const margin = Math.max(0, w.before[i]!)
    return {
      begin,
      used,
      margin,
      inner: [margin, extent - margin - used],
      outer: [begin, size - begin - used],
    }
  })
}

type Margins = [number, number][]

/**
 * The entries of every window side by side, x [n, ...input, c] -> [n, ...output, entries * c], in an order of the
 * entries that only {@link spreadEntries} knows; `outside` stands for entries beyond the input.
 */
export function entries(x: Tensor, w: Windows, outside: number): Tensor {
  const [n, c] = [x.shape[0]!, x.shape[x.rank - 1]!]
  const axes = reach(w)
  const used = slice(x, [0, ...axes.map(a => a.begin), 0], [n, ...axes.map(a => a.used), c])
  const whole = pad(used, [[0, 0], ...axes.map(a => a.inner), [0, 0]] as Margins, outside)
  const z = w.stride.reduce<Tensor>((t, block, i) => blocksOf(t, i + 1, block), whole)
  if (tiling(w)) return z
  const parts = taps(w).map(({ cell, place }) => slice(z, [0, ...cell, place * c], [n, ...w.output, c]))
  return concat(parts, x.rank - 1)
}

/** Adjoint of {@link entries}: adds every window's entries back to their places, for an input of the given shape. */
export function spreadEntries(g: Tensor, w: Windows, shape: number[]): Tensor {
  const [n, c] = [shape[0]!, shape[shape.length - 1]!]
  const blocks = util.sizeFromShape(w.stride)
  const part = ({ cell, place }: { cell: number[]; place: number }, k: number) => {
    const picked = slice(g, [0, ...w.output.map(() => 0), k * c], [n, ...w.output, c])
    const margins = cell.map((q, i) => [q, w.cells[i]! - w.output[i]! - q])
    return pad(picked, [[0, 0], ...margins, [place * c, (blocks - 1 - place) * c]] as Margins)
  }
  const z = tiling(w)
    ? g
    : taps(w)
        .map(part)
        .reduce((a, b) => add(a, b))
  const whole = w.stride.reduceRight<Tensor>((t, block, i) => unblocked(t, i + 1, block), z)
  const axes = reach(w)
  const used = slice(whole, [0, ...axes.map(a => a.margin), 0], [n, ...axes.map(a => a.used), c])
  return pad(used, [[0, 0], ...axes.map(a => a.outer), [0, 0]] as Margins)
}
