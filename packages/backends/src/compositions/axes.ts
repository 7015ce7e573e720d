import { Cumprod, Cumsum, PadV2, Reverse, type TensorInfo, Tile, util } from '@tensorflow/tfjs-core'
import { type Call, type Composition, composition } from './composition.ts'

// GPU programs address at most four axes. What works on one axis after the other needs three: those before it, itself, and
// those behind it.

/** Applies a kernel to one axis after another, the tensor reshaped to [before, axis, behind] each time. */
function along<A>(
  call: Call<A>,
  axes: readonly number[],
  step: (cube: TensorInfo, axis: number) => TensorInfo,
): TensorInfo {
  const { x } = call.inputs as { x: TensorInfo }
  const shape = [...x.shape]
  const size = (axes: readonly number[]) => util.sizeFromShape([...axes])
  const y = axes.reduce((y, axis) => {
    const cube = [size(shape.slice(0, axis)), shape[axis]!, size(shape.slice(axis + 1))]
    const out = step(call.reshape(y, cube), axis)
    shape[axis] = out.shape[1]!
    return out
  }, x)
  return call.reshape(y, shape)
}

const tooMany = ({ shape }: TensorInfo): boolean => shape.length > 4

/** Turns axes round. x: any shape; dims: which. */
export const reverse = composition<{ dims: number | number[] }>(Reverse, call => {
  const x = call.inputs.x!
  if (!tooMany(x)) return call.stock()
  return along(call, util.parseAxisParam(call.attrs.dims, x.shape), cube =>
    call.stock({ x: cube }, { dims: [1] }),
  )
})

/** Repeats along axes. x: any shape; reps: how often, for each axis. */
export const tile = composition<{ reps: number[] }>(Tile, call => {
  const x = call.inputs.x!
  const { reps } = call.attrs
  if (!tooMany(x)) return call.stock()
  const axes = [...reps.keys()].filter(axis => reps[axis] !== 1)
  return along(call, axes, (cube, axis) => call.stock({ x: cube }, { reps: [1, reps[axis]!, 1] }))
})

/** Pads with a constant. x: any shape; paddings: [before, behind] for each axis. */
export const pad = composition<{ paddings: [number, number][]; constantValue: number }>(PadV2, call => {
  const x = call.inputs.x!
  const { paddings, constantValue } = call.attrs
  if (!tooMany(x)) return call.stock()
  const axes = [...paddings.keys()].filter(axis => paddings[axis]!.some(n => n > 0))
  return along(call, axes, (cube, axis) =>
    call.stock({ x: cube }, { paddings: [[0, 0], paddings[axis]!, [0, 0]], constantValue }),
  )
})

/**
 * Running sums and products. The stock programs of webgpu bake an axis' length in when they run backwards, and are taken
 * for the same program at every length: so they only ever run forwards here.
 */
export const cumulative: readonly Composition[] = [Cumsum, Cumprod].map(kernelName =>
  composition<{ axis: number; exclusive: boolean; reverse: boolean }>(kernelName, call => {
    const { axis, exclusive, reverse } = call.attrs
    const turned = (x: TensorInfo) => (reverse ? call.run(Reverse, { x }, { dims: [1] }) : x)
    return along(call, [axis], cube =>
      turned(call.stock({ x: turned(cube) }, { axis: 1, exclusive, reverse: false })),
    )
  }),
)
