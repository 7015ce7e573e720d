import {
  avgPool,
  conv2d,
  engine,
  getBackend,
  getKernel,
  getKernelsForBackend,
  matMul,
  ones,
  setBackend,
  type Tensor4D,
  tensor,
  tidy,
  unsortedSegmentSum,
} from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { useBackend } from '../use-backend.ts'
import { withoutTfjsNode as cause } from './tfjs-node.fixture.ts'
import { loadTfjsNode } from './tfjs-node.ts'

/** Kernels of forward and backward passes that the tensorflow backend must have. */
const needed = [
  ...[
    'Conv2D',
    'Conv2DBackpropInput',
    'Conv2DBackpropFilter',
    'Conv3DBackpropFilterV2',
    'Conv3DBackpropInputV2',
  ],
  ...['DepthwiseConv2dNative', 'DepthwiseConv2dNativeBackpropInput', 'DepthwiseConv2dNativeBackpropFilter'],
  ...['AvgPoolGrad', 'MaxPoolGrad', 'ResizeBilinearGrad', 'ResizeNearestNeighborGrad', 'EluGrad', 'LRNGrad'],
  ...['UnsortedSegmentSum', 'Einsum', 'Select', 'StridedSlice', 'BatchMatMul', 'Cumsum', 'FusedBatchNorm'],
]

describe.skipIf(cause !== undefined)(`tensorflow${cause ? ` (skipped: ${cause})` : ''}`, () => {
  beforeAll(async () => {
    await import('@tensorflow/tfjs-backend-cpu')
  })

  test('runs on the library and says so', async () => {
    const report = await useBackend('tensorflow')
    expect(report).toMatchObject({ name: 'tensorflow', backend: 'tensorflow' })
    expect(report.library).toMatch(/^@tensorflow\/tfjs-node 4\.22\.0 \(TensorFlow 2\.\d+/)
    expect(report.device).not.toMatch(/CUDA/)
    expect(report.threads).toBeGreaterThan(0)
    const product = tidy(() => matMul(tensor([[1, 2]]), tensor([[3], [4]])))
    expect(Array.from(await product.data())).toEqual([11])
    product.dispose()
  })

  test('auto prefers it to wasm', async () => {
    expect(await useBackend('auto')).toMatchObject({ name: 'tensorflow' })
  })

  test('shares the one engine, and importing it does not choose it', async () => {
    await setBackend('cpu')
    await loadTfjsNode('@tensorflow/tfjs-node', {})
    expect(getBackend()).toBe('cpu')
    expect(engine().findBackend('tensorflow')).toBeDefined()
  })

  test.each(needed)('has the kernel %s', name => {
    expect(getKernel(name, 'tensorflow')).toBeDefined()
  })

  test('drops rows whose segment is out of range, as the other backends do', async () => {
    await useBackend('tensorflow')
    const sums = unsortedSegmentSum(tensor([1, 2, 4, 8]), tensor([1, 2, 0, -1], [4], 'int32'), 2)
    expect([...(await sums.data())]).toEqual([4, 1])
  })

  test('takes explicit paddings, which the library does not know', async () => {
    await useBackend('tensorflow')
    const x = ones([1, 2, 2, 1]) as Tensor4D
    expect([...(await avgPool(x, 2, 1, 1, 'floor').data())]).toEqual(Array(9).fill(1))
    const sums = conv2d(x, ones([2, 2, 1, 1]) as Tensor4D, 2, 1, 'NHWC', 1, 'floor')
    expect([...(await sums.data())]).toEqual([1, 1, 1, 1])
  })

  test('has at least as many kernels as training was seen to use', () => {
    expect(getKernelsForBackend('tensorflow').length).toBeGreaterThan(150)
  })
})

test('a package that is not there is unavailable, with the cause', async () => {
  vi.stubEnv('EQUILIBRIA_TFJS_NODE', '/nowhere')
  await expect(loadTfjsNode('@tensorflow/tfjs-node', {})).rejects.toThrow(
    '@tensorflow/tfjs-node is not installed',
  )
})

test('cuda is not claimed where there is no GPU package', async () => {
  await expect(useBackend('cuda')).rejects.toThrow(
    /backend "cuda" is not available: .*tfjs-node-gpu.*Install it beside this package/s,
  )
})

afterEach(() => {
  vi.unstubAllEnvs()
})
