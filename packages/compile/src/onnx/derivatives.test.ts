import '@tensorflow/tfjs-backend-cpu'
import { mend } from '@equilibria/core'
import { dispose, setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { computations } from '../cases.fixture.ts'
import { trace } from '../trace.ts'
import { computed, difference, resultOf } from './compare.fixture.ts'
import { lower, Unlowered } from './lower.ts'
import { canRun, runGraph } from './run.fixture.ts'

beforeAll(async () => {
  await setBackend('cpu')
  mend()
})

/** Cases with kernels that no model computes. */
const unlowered = ['dilation2d']

describe.skipIf(!canRun)('every operation of the gradient gate, with its derivatives, as one model', () => {
  it.each(computations.map(each => [each.name, each] as const))('%s', async (name, { inputs, shapes, f }) => {
    const graph = trace(
      f,
      shapes.map(shape => ({ shape, dtype: 'float32' })),
    )
    if (unlowered.includes(name)) {
      expect(() => lower(graph)).toThrow(Unlowered)
      return
    }
    const xs = inputs()
    const given = xs.map(resultOf)
    dispose(xs)
    // Rounding of the value grows in its derivatives.
    expect(difference(await runGraph(graph, given), computed(f, given), 1e-5)).toEqual([])
  })
})
