import { type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import type { DType, Graph } from '../graph.ts'
import { interpret } from '../interpret.ts'
import type { Result } from './run.fixture.ts'

/** The numbers of a tensor on a backend that can be read at once. */
export const resultOf = (x: Tensor): Result => ({
  shape: x.shape,
  dtype: x.dtype as DType,
  values: x.dataSync() as Result['values'],
})

/** What `f` makes of tensors of these numbers, on the current backend; nothing else is left of it. */
export function computed(f: (tensors: Tensor[]) => Tensor[], inputs: readonly Result[]): Result[] {
  let results: Result[] = []
  tidy(() => {
    const tensors = inputs.map(({ values, shape, dtype }) => tensor(values, [...shape], dtype))
    results = f(tensors).map(resultOf)
  })
  return results
}

/** What the current backend gives, kernel by kernel. */
export const eager = (graph: Graph, inputs: readonly Result[]): Result[] =>
  computed(tensors => interpret(graph, tensors), inputs)

const sizeOfLargest = (values: Result['values']) =>
  Math.max(0, ...[...values].map(Math.abs).filter(Number.isFinite))

/**
 * Shapes and types, or places where a result differs by more than `tolerance` of its largest finite number; 2e-7 of the largest of all
 * results passes as well, for what is 0 but for rounding.
 */
export function difference(ours: readonly Result[], theirs: readonly Result[], tolerance: number) {
  const outline = ({ shape, dtype }: Result) => `${dtype}[${shape}]`
  const outlines = [ours, theirs].map(results => results.map(outline).join(' '))
  if (outlines[0] !== outlines[1]) return { ours: outlines[0], theirs: outlines[1] }
  const largest = theirs.map(({ values }) => sizeOfLargest(values))
  return theirs.flatMap(({ values }, output) => {
    const margin = Math.max(tolerance * largest[output]!, 2e-7 * Math.max(...largest))
    return [...values].flatMap((expected, at) => {
      const got = ours[output]!.values[at]!
      // Zeros of both signs are equal.
      const same = Object.is(expected + 0, got + 0) || Math.abs(expected - got) <= margin
      return same ? [] : [{ output, at, expected, got }]
    })
  })
}
