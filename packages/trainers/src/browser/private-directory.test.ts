import { afterEach, describe, expect, it, vi } from 'vitest'
import { FakeDirectory, FakeFile } from './directory.fixture.ts'
import { privateDirectory } from './private-directory.ts'

afterEach(() => vi.unstubAllGlobals())

const browser = (getDirectory: unknown, file: unknown = FakeFile) => {
  vi.stubGlobal('navigator', { storage: { getDirectory } })
  vi.stubGlobal('FileSystemFileHandle', file)
}

describe('privateDirectory', () => {
  it('opens the directory of a path, making what is missing', async () => {
    const root = new FakeDirectory('')
    browser(async () => root)
    const directory = await privateDirectory('runs/ring')
    expect(directory.name).toBe('ring')
    expect(await privateDirectory('runs/ring')).toBe(directory)
    expect([...root.children.keys()]).toEqual(['runs'])
  })

  it.each<[string, () => void, RegExp]>([
    ['there is none', () => browser(undefined), /no origin private file system: open it from https/],
    ['it cannot be written', () => browser(async () => 0, class {}), /createWritable: update it/],
    [
      'the browser refuses',
      () => browser(() => Promise.reject(new DOMException('denied', 'SecurityError'))),
      /does not open its origin private file system \(denied\): private windows/,
    ],
  ])('says what to do where %s', async (_, set, message) => {
    set()
    await expect(privateDirectory('runs')).rejects.toThrow(message)
  })
})
