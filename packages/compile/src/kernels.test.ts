import '@tensorflow/tfjs-backend-cpu'
import { mend } from '@equilibria/core'
import { getKernelsForBackend, setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { computations } from './cases.fixture.ts'
import { input } from './graph.ts'
import { calls } from './kernels.fixture.ts'
import { call, coveredKernels } from './kernels.ts'
import { uncovered } from './kernels-page.fixture.ts'
import { faultsOf } from './trace.fixture.ts'
import { trace } from './trace.ts'

/** How often each kernel was traced. */
const traced = new Map<string, number>()

beforeAll(async () => {
  await setBackend('cpu')
  mend()
  trace(() => [], [])
  for (const config of getKernelsForBackend('equilibria-trace')) {
    const { kernelName, kernelFunc } = config
    config.kernelFunc = params => {
      traced.set(kernelName, (traced.get(kernelName) ?? 0) + 1)
      return kernelFunc(params)
    }
  }
})

test('every kernel of the cpu backend is covered, or there is a reason', () => {
  const all = getKernelsForBackend('cpu').map(({ kernelName }) => kernelName)
  const covered = coveredKernels()
  expect(all.filter(name => !covered.includes(name)).sort()).toEqual(Object.values(uncovered).flat().sort())
})

describe('rules agree with kernels, and graphs with what they were traced from', () => {
  test.each(computations)('$name, with derivatives', ({ inputs, f }) => {
    expect(faultsOf(f, inputs)).toEqual([])
  })

  test.each(calls)('$name', ({ make, f }) => {
    expect(faultsOf(xs => [f(...xs)].flat(), make)).toEqual([])
  })

  test('for every kernel', () => {
    expect(coveredKernels().filter(name => !traced.has(name))).toEqual([])
  })
})

describe('what a kernel would refuse is refused', () => {
  const x = (...shape: number[]) => input(shape)
  test.each<[string, () => unknown, string]>([
    ['shapes that do not broadcast', () => call('Add', [x(2), x(3)]), 'could not be broadcast'],
    ['another size', () => call('Reshape', [x(2, 3)], { shape: [4] }), 'must match the product of shape 4'],
    ['inner sizes', () => call('BatchMatMul', [x(2, 3), x(2, 3)]), 'have no product'],
    ['an axis', () => call('Sum', [x(2, 3)], { axis: 2 }), 'no axis 2 in a tensor of rank 2'],
    ['a name', () => call('Sun', [x(2)]), 'no kernel "Sun"'],
  ])('%s', (_, f, message) => {
    expect(f).toThrow(message)
  })
})
