import { expect, test } from 'vitest'
import { adapter, nameOf } from './adapter.ts'

test.each([
  ['Chromium', { vendor: 'google', architecture: 'swiftshader' }, true],
  [
    'WebGL',
    { description: 'ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)), SwiftShader driver)' },
    true,
  ],
  ['Mesa', { description: 'llvmpipe (LLVM 15.0.6, 256 bits)' }, true],
  ['Windows', { description: 'Microsoft Basic Render Driver' }, true],
  ['NVIDIA', { vendor: 'nvidia', architecture: 'ada', description: 'NVIDIA GeForce RTX 4070' }, false],
  ['Apple', { vendor: 'apple', architecture: 'metal-3' }, false],
  ['untold', {}, false],
])('%s: software or not', (_name, told, software) => {
  expect(adapter(told).software).toBe(software)
  expect(adapter(told, true).software).toBe(true)
})

test.each([
  [{ vendor: 'nvidia', description: 'NVIDIA H100' }, 'NVIDIA H100'],
  // What Dawn tells of an H200, by Vulkan.
  [
    { vendor: 'nvidia', device: 'nvidia-h200', description: 'NVIDIA: 580.159.04 580.159.4.0' },
    'nvidia-h200 (driver NVIDIA: 580.159.04 580.159.4.0)',
  ],
  [{ vendor: 'apple', architecture: 'metal-3' }, 'apple metal-3'],
  [{ vendor: 'google', architecture: 'swiftshader' }, 'google swiftshader, a software adapter'],
  [{}, 'unnamed GPU'],
])('%o in words', (told, words) => {
  expect(nameOf(adapter(told))).toBe(words)
})
