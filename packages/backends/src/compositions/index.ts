import { cumulative, pad, reverse, tile } from './axes.ts'
import { type Composition, registerCompositions } from './composition.ts'
import { floorDiv } from './floor-div.ts'
import { paddings } from './padding.ts'
import { segmentSumByProduct, segmentSumDropping } from './segment-sum.ts'
import { topK } from './top-k.ts'

/** What each backend lacks or has wrong, composed of what it has right. */
const compositions: Readonly<Record<string, readonly Composition[]>> = {
  webgpu: [reverse, tile, pad, ...cumulative, segmentSumByProduct, topK],
  webgl: [reverse, pad, floorDiv],
  tensorflow: [segmentSumDropping, ...paddings],
}

/** Puts a backend's kernels right, once it is registered. Idempotent. */
export const mendKernels = (backendName: string): void =>
  registerCompositions(backendName, compositions[backendName] ?? [])
