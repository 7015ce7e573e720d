import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import util from 'node:util'
import { DeviceFault, onDeviceFault } from '@equilibria/core'
import { engine, neg, removeBackend, tensor } from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { useBackend } from '../use-backend.ts'
import { cudaFault } from './cuda.ts'

let folder: string

/** As much of tfjs-node-gpu as is used here, in a folder of its own: what `executeOp` throws is in `globalThis.trouble`. */
function install(gpu: boolean): void {
  const home = join(folder, 'node_modules/@tensorflow/tfjs-node-gpu')
  mkdirSync(home, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{}')
  writeFileSync(join(home, 'package.json'), '{ "name": "@tensorflow/tfjs-node-gpu", "main": "index.cjs" }')
  const tfjs = createRequire(import.meta.url).resolve('@tensorflow/tfjs-core')
  writeFileSync(
    join(home, 'index.cjs'),
    `
    if (!require('node:util').isNullOrUndefined(undefined)) throw new Error('no shim')
    const tf = require(${JSON.stringify(tfjs)})
    const binding = {
      TF_Version: '2.0',
      createTensor: () => 1,
      executeOp: () => { throw new Error(globalThis.trouble) },
      tensorDataSync: () => Float32Array.of(1),
    }
    class Backend extends tf.KernelBackend {
      isUsingGpuDevice = ${gpu}
      binding = binding
      write() { return {} }
      read() { return Promise.resolve(binding.tensorDataSync()) }
      readSync() { return binding.tensorDataSync() }
      dispose() {}
      disposeData() { return true }
      incRef() {}
      numDataIds() { return 0 }
      floatPrecision() { return 32 }
    }
    tf.registerBackend('tensorflow', () => new Backend())
    tf.registerKernel({ kernelName: 'Neg', backendName: 'tensorflow', kernelFunc: ({ backend }) => backend.binding.executeOp() })
    exports.version = { 'tfjs-core': '4.22.0' }
    `,
  )
  vi.stubEnv('EQUILIBRIA_TFJS_NODE', folder)
}

beforeEach(async () => {
  await import('@tensorflow/tfjs-backend-cpu')
  folder = mkdtempSync(join(tmpdir(), 'cuda-'))
})

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  if (engine().findBackend('tensorflow')) removeBackend('tensorflow')
  rmSync(folder, { recursive: true })
})

test('is refused where the package would compute on the processor', async () => {
  install(false)
  await expect(useBackend('cuda')).rejects.toThrow(
    /"cuda" is not available: @tensorflow\/tfjs-node-gpu is installed but found no GPU it can use/,
  )
})

test('is loaded where Node has no util.isNullOrUndefined any more', async () => {
  const legacy = util as { isNullOrUndefined?: unknown }
  const had = legacy.isNullOrUndefined
  legacy.isNullOrUndefined = undefined
  try {
    install(true)
    expect(await useBackend('cuda')).toMatchObject({ name: 'cuda', device: 'CUDA GPU' })
  } finally {
    legacy.isNullOrUndefined = had
  }
})

test('a GPU that fails is a fault that everybody is told of, and reads throw it; another error is only thrown', async () => {
  install(true)
  vi.spyOn(console, 'warn').mockImplementation(() => {}) // The kernel above is registered once more.
  const told: DeviceFault[] = []
  const end = onDeviceFault(fault => told.push(fault))
  const trouble = (words: string) => Object.assign(globalThis, { trouble: words })
  try {
    await useBackend('cuda')
    const x = tensor([1, 2])
    trouble('Invalid TF_Status: 3, Message: Incompatible shapes')
    expect(() => neg(x)).toThrow('Incompatible shapes')
    expect(told).toEqual([])
    trouble('Invalid TF_Status: 8, Message: OOM when allocating tensor with shape[9000,9000]')
    expect(() => neg(x)).toThrow(DeviceFault)
    expect(told).toMatchObject([{ kind: 'out-of-memory', backend: 'cuda' }])
    await expect(x.data()).rejects.toBe(told[0])
    // Asked for anew, it is a new backend on the same binding, whose faults are its own.
    await useBackend('cuda')
    expect(() => neg(tensor([1]))).toThrow(DeviceFault)
    expect(told).toHaveLength(2)
  } finally {
    end()
  }
})

describe('cudaFault', () => {
  test.each([
    ['OOM when allocating tensor with shape[64,1024]', 'out-of-memory'],
    ['failed to allocate 2.00G: CUDA_ERROR_OUT_OF_MEMORY: out of memory', 'out-of-memory'],
    ['an illegal memory access was encountered: CUDA_ERROR_ILLEGAL_ADDRESS', 'lost'],
    ['failed to enqueue convolution: CUDNN_STATUS_EXECUTION_FAILED', 'uncaptured'],
    ['Matrix size-incompatible: In[0]: [2,3], In[1]: [2,3]', undefined],
  ])('%s: %s', (words, kind) => {
    expect(cudaFault(new Error(words))?.kind).toBe(kind)
  })
})
