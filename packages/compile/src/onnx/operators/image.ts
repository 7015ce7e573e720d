import { picks, range, toFirst, toLast } from '../common.ts'
import type { Lowering, Lowerings, Name } from '../emit.ts'

interface Resize {
  readonly alignCorners: boolean
  readonly halfPixelCenters: boolean
}

/** Which row each row of the result repeats. */
function nearest(input: number, output: number, { alignCorners, halfPixelCenters }: Resize): number[] {
  const scale = alignCorners && output > 1 ? (input - 1) / (output - 1) : input / output
  return range(output).map(o => {
    const source = halfPixelCenters ? scale * (o + 0.5) : scale * o
    const row = alignCorners ? Math.round(source) : Math.floor(source)
    return Math.max(0, Math.min(input - 1, row))
  })
}

/** Two gathers, columns first: half the time of ONNX's Resize, and less than Tile, Expand or one gather of all pixels. */
const resizeNearest: Lowering = ({ inputs: [x], attributes, shape }, emit) =>
  [2, 1].reduce(
    (value, axis) =>
      picks(emit, value, axis, nearest(x!.shape[axis]!, shape[axis]!, attributes as unknown as Resize)),
    emit.of(x!),
  )

/**
 * Resize reads images with the channels last as they are: 0.6 of the time of two products with interpolation matrices. On GPUs the runtime's
 * own takes the second axis for the channels whatever the sizes are.
 */
const resizeBilinear: Lowering = ({ inputs: [x], attributes, shape }, emit) => {
  const { alignCorners, halfPixelCenters } = attributes as unknown as Resize
  const how = {
    mode: 'linear',
    coordinate_transformation_mode: alignCorners
      ? 'align_corners'
      : halfPixelCenters
        ? 'half_pixel'
        : 'asymmetric',
  }
  const [n, h, w, c] = shape as [number, number, number, number]
  const resize = (value: Name, size: readonly number[]) =>
    emit('Resize', [value, '', '', emit.ints(size)], how)
  return emit.device.kind === 'gpu'
    ? toLast(emit, resize(toFirst(emit, emit.of(x!), 4), [n, c, h, w]), 4)
    : resize(emit.of(x!), shape)
}

export const image: Lowerings = {
  ResizeNearestNeighbor: resizeNearest,
  ResizeBilinear: resizeBilinear,
}
