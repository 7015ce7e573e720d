import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { mayHaveVulkan } from './vulkan.ts'

const root = mkdtempSync(join(tmpdir(), 'vulkan-'))
afterAll(() => rmSync(root, { recursive: true }))

const nowhere = join(root, 'nowhere')
const bare = {
  XDG_CONFIG_HOME: nowhere,
  XDG_CONFIG_DIRS: nowhere,
  XDG_DATA_HOME: nowhere,
  XDG_DATA_DIRS: nowhere,
}

describe('a Vulkan driver', () => {
  it('is not asked for where graphics are another system', () => {
    expect(mayHaveVulkan('darwin', bare)).toBe(true)
    expect(mayHaveVulkan('win32', bare)).toBe(true)
  })

  it('may be named by the environment', () => {
    expect(mayHaveVulkan('linux', { ...bare, VK_ICD_FILENAMES: '/any.json' })).toBe(true)
  })

  it('is found where the loader would look', () => {
    const drivers = join(root, 'share/vulkan/icd.d')
    mkdirSync(drivers, { recursive: true })
    const env = { ...bare, XDG_DATA_DIRS: `${nowhere}:${join(root, 'share')}` }
    const before = mayHaveVulkan('linux', env)
    writeFileSync(join(drivers, 'some.json'), '{}')
    expect(mayHaveVulkan('linux', env)).toBe(true)
    // Unless this machine has one in a place that the environment does not move.
    expect(before).toBe(mayHaveVulkan('linux', bare))
  })
})
