import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { driversIn, gpuOf, nvidiaModels } from './drivers.ts'

const maps = (...files: string[]) =>
  files.map(file => `7f00-7f01 r-xp 0000 08:01 42    /usr/lib/${file}\n`).join('')

describe('driversIn and gpuOf', () => {
  it.each<[string, string[], string[], boolean, string | undefined]>([
    [
      'SwiftShader',
      ['libc.so.6', 'libvk_swiftshader.so'],
      ['libvk_swiftshader.so'],
      true,
      'libvk_swiftshader.so (software)',
    ],
    [
      'llvmpipe',
      ['libvulkan_lvp.so', 'libvulkan.so.1'],
      ['libvulkan_lvp.so'],
      true,
      'libvulkan_lvp.so (software)',
    ],
    [
      "NVIDIA's",
      ['libGLX_nvidia.so.0', 'libvulkan_lvp.so'],
      ['libGLX_nvidia.so.0', 'libvulkan_lvp.so'],
      false,
      'NVIDIA H100',
    ],
    ['CUDA', ['libcuda.so.1', 'libcudart.so.12'], ['libcuda.so.1'], false, 'NVIDIA H100'],
    ["Intel's", ['libvulkan_intel.so'], ['libvulkan_intel.so'], false, 'libvulkan_intel.so'],
    ['none', ['libc.so.6', 'node'], [], true, undefined],
  ])('know %s', (_, files, names, software, gpu) => {
    expect(driversIn(maps(...files))).toEqual({ names, software })
    expect(gpuOf(driversIn(maps(...files)), ['NVIDIA H100'])).toBe(gpu)
  })

  it('name the driver where the model is not told', () => {
    expect(gpuOf(driversIn(maps('libcuda.so.1')), [])).toBe('libcuda.so.1')
  })
})

describe('nvidiaModels', () => {
  it('reads what the kernel driver tells', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gpus-'))
    try {
      mkdirSync(join(folder, '0000:06:00.0'))
      writeFileSync(
        join(folder, '0000:06:00.0', 'information'),
        'Model: \t\t NVIDIA H100 80GB HBM3\nIRQ:   \t\t 42\n',
      )
      expect(nvidiaModels(folder)).toEqual(['NVIDIA H100 80GB HBM3'])
    } finally {
      rmSync(folder, { recursive: true })
    }
    expect(nvidiaModels('/nowhere')).toEqual([])
  })
})
