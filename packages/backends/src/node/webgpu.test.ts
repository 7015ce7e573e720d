import { DeviceFault, onDeviceFault } from '@equilibria/core'
import * as tf from '@tensorflow/tfjs-core'
import { env, getBackend, type KernelBackend, matMul, ones, square, tidy, zeros } from '@tensorflow/tfjs-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { describeBackends, useBackend } from '../use-backend.ts'
import { useSwiftShader } from '../webgpu/swiftshader.fixture.ts'

useSwiftShader()
const found = (await describeBackends()).find(entry => entry.name === 'webgpu')!
const cause = found.ok ? undefined : found.reason

describe.skipIf(cause !== undefined)(`webgpu in Node${cause ? ` (skipped: ${cause})` : ''}`, () => {
  beforeEach(async () => {
    await useBackend('webgpu')
  })

  const device = () => (tf.backend() as KernelBackend & { device: GPUDevice }).device

  test('computes, and names the adapter', async () => {
    const report = await useBackend('webgpu')
    expect(report).toMatchObject({ name: 'webgpu', backend: 'webgpu', adapter: found.ok && found.adapter })
    expect(report.library).toMatch(/^@tensorflow\/tfjs-backend-webgpu 4\.22\.0 \(Dawn, webgpu \d/)
    expect(report.adapter!.vendor).not.toBe('')
    const product = tidy(() => matMul(ones([3, 64]), ones([64, 2])))
    expect([...(await product.data())]).toEqual(Array(6).fill(64))
    product.dispose()
  })

  test('auto passes over a software adapter, and says which', async () => {
    const { name, tried } = await useBackend('auto')
    const attempt = tried.find(entry => entry.name === 'webgpu')!
    if (found.ok && found.adapter!.software) {
      expect(name).not.toBe('webgpu')
      expect(attempt.reason).toMatch(/software adapter, .*auto passes it over/)
    } else expect(name === 'webgpu' || name === 'cuda').toBe(true)
  })

  test('small tensors stay on the GPU, so that a step gives the same bits after a read', () => {
    expect(env().get('WEBGPU_CPU_FORWARD')).toBe(false)
  })

  test('a lost device: reads throw, listeners hear of it, and useBackend brings a new one', async () => {
    const heard: DeviceFault[] = []
    const end = onDeviceFault(fault => heard.push(fault))
    const x = ones([4])
    device().destroy()
    const lost = { name: 'DeviceFault', kind: 'lost', backend: 'webgpu' }
    await expect(square(x).data()).rejects.toMatchObject(lost)
    await expect(x.data()).rejects.toThrow(/device is lost/)
    end()
    expect(heard).toMatchObject([lost])
    await useBackend('webgpu')
    expect(getBackend()).toBe('webgpu')
    expect([...(await square(ones([2])).data())]).toEqual([1, 1])
  })

  test('a buffer too large: the read throws instead of giving zeros', async () => {
    const huge = tidy(() => square(zeros([device().limits.maxBufferSize / 4 + 64])))
    const fault: unknown = await huge.data().catch(cause => cause)
    expect(fault).toBeInstanceOf(DeviceFault)
    expect(fault).toMatchObject({ kind: 'out-of-memory' })
    expect(() => ones([1]).dataSync()).toThrow(/out of memory/)
  })

  test('a refused command: reads throw it from then on', async () => {
    const sum = square(ones([2]))
    device()
      .createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE })
      .destroy()
    await expect(sum.data()).rejects.toMatchObject({ kind: 'uncaptured' })
    await expect(sum.data()).rejects.toThrow(/the GPU refused a command/)
  })
})
