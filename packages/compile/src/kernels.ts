import type { Attributes, Node } from './graph.ts'
import { convolutions } from './kernels/convolutions.ts'
import { creation } from './kernels/creation.ts'
import { elementwise } from './kernels/elementwise.ts'
import { expansions } from './kernels/expansions.ts'
import { images } from './kernels/images.ts'
import { indexing } from './kernels/indexing.ts'
import type { Kernels } from './kernels/kernel.ts'
import { linear } from './kernels/linear.ts'
import { normalization } from './kernels/normalization.ts'
import { pooling } from './kernels/pooling.ts'
import { reductions } from './kernels/reductions.ts'
import { shapes } from './kernels/shapes.ts'

export { expansions } from './kernels/expansions.ts'
export type { Kernel, Kernels, Outline } from './kernels/kernel.ts'

/** All kernels that a graph may be made of: names and order of their inputs, shapes and types of what they give. */
export const kernels: Kernels = {
  ...creation,
  ...elementwise,
  ...reductions,
  ...shapes,
  ...linear,
  ...convolutions,
  ...pooling,
  ...normalization,
  ...images,
  ...indexing,
}

/** A node of one of `kernels`. Throws where the kernel would, on its shapes or attributes. */
export function call(op: string, inputs: readonly Node[], attributes: Attributes = {}): Node {
  const kernel = kernels[op]
  if (!kernel) throw new Error(`no kernel "${op}" in a graph; see kernels.ts`)
  return { op, inputs, ...kernel.rule(inputs, attributes) }
}

/** Names of all tfjs kernels that can be traced, as themselves or as others. Those of them that a model can be made of stand in docs/compiled-kernels.md. */
export const coveredKernels = (): string[] =>
  [...new Set([...Object.keys(kernels), ...Object.keys(expansions)])].sort()
