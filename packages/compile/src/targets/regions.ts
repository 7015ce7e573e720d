import type { Tensor, TensorConstructor } from 'onnxruntime-common'
import type { Region } from '../arena.ts'

/** Wraps a region as a tensor of the runtime, once: it looks at the region's memory, nothing is copied. */
export const wrapper = ({ Tensor }: { readonly Tensor: TensorConstructor }) => {
  const wrapped = new WeakMap<Region, Tensor>()
  return (region: Region): Tensor => {
    const found = wrapped.get(region)
    if (found) return found
    const tensor = new Tensor(region.dtype, region.view as never, region.shape)
    wrapped.set(region, tensor)
    return tensor
  }
}

/** Tensors of the runtime under a model's names. */
export const named = (
  names: readonly string[],
  regions: readonly Region[],
  wrap: (region: Region) => Tensor,
): { [name: string]: Tensor } => Object.fromEntries(names.map((name, i) => [name, wrap(regions[i]!)]))
