import { getBackend, getKernel, ones, sum } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { describeBackends, useBackend } from './use-backend.ts'

test('wasm comes with the kernels training needs', async () => {
  const report = await useBackend('wasm')
  expect(report).toMatchObject({
    name: 'wasm',
    backend: 'wasm',
    library: '@tensorflow/tfjs-backend-wasm 4.22.0',
    tried: [{ name: 'wasm', ok: true }],
  })
  expect(report.threads).toBeGreaterThanOrEqual(1)
  expect(report.threads).toBeLessThanOrEqual(4)
  expect(await useBackend('wasm', { threads: 1 })).toMatchObject({ threads: 1 })
  expect(await useBackend('wasm', { threads: 2 })).toMatchObject({ threads: 2 })
  expect(report.device).toMatch(/WebAssembly SIMD/)
  expect(getBackend()).toBe('wasm')
  expect(getKernel('Conv2DBackpropFilter', 'wasm')).toBeDefined()
  const total = sum(ones([3, 4]))
  expect((await total.data())[0]).toBe(12)
  total.dispose()
})

test('cpu is there too, and twice is as good as once', async () => {
  const first = await useBackend('cpu')
  expect(first).toMatchObject({ name: 'cpu', backend: 'cpu', threads: 1 })
  expect(await useBackend('cpu')).toEqual(first)
})

test('auto finds something and says what it passed over', async () => {
  const report = await useBackend('auto')
  expect(report.tried.at(-1)).toEqual({ name: report.name, ok: true })
  expect(['cuda', 'webgpu', 'tensorflow', 'wasm']).toContain(report.name)
})

test('a name from elsewhere is refused with the list', async () => {
  await expect(useBackend('webnn')).rejects.toThrow(/unknown backend "webnn"; known here: auto, .*wasm, cpu/)
})

test('describeBackends leaves the choice alone', async () => {
  await useBackend('cpu')
  const found = await describeBackends()
  expect(found.map(entry => entry.name)).toEqual(['cuda', 'webgpu', 'tensorflow', 'wasm', 'cpu'])
  expect(found.find(entry => entry.name === 'wasm')).toMatchObject({ ok: true, current: false })
  expect(found.find(entry => entry.name === 'cpu')).toMatchObject({ ok: true, current: true })
  for (const entry of found) if (!entry.ok) expect(entry.remedy.length).toBeGreaterThan(40)
  expect(getBackend()).toBe('cpu')
})
