import { DeviceFault } from '@equilibria/backends'
import { describe, expect, it } from 'vitest'
import { explain } from './errors.ts'

describe('explain', () => {
  it('says of a device that failed that the last checkpoint is kept', () => {
    const { message, code } = explain(new DeviceFault('lost', 'webgpu', 'webgpu: the GPU device is lost'))
    expect(message).toBe(
      'error: webgpu: the GPU device is lost. The last checkpoint is kept: continue from it with --resume, if need be with another --backend or --engine',
    )
    expect(code).toBe(2)
  })

  it('asks to report what only a mistake in a program raises', () => {
    const { message, code } = explain(new TypeError('x is not a function'))
    expect(message).toMatch(/fault in equilibria[\s\S]*TypeError: x is not a function/)
    expect(code).toBe(1)
  })
})
