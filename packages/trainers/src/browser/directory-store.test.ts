import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Snapshot } from '../checkpoint.ts'
import { readCheckpoint } from '../node/checkpoint-folder.ts'
import { FakeDirectory, FakeFile } from './directory.fixture.ts'
import { directoryStore } from './directory-store.ts'

const snapshot = (step: number): Snapshot => ({
  step,
  key: [1, 2 ** 32 - 1],
  tensors: {
    params: new Map([
      ['critic/kernel', { dtype: 'float32', shape: [2, 2], data: Float32Array.of(step, -0, 1e-30, 4) }],
    ]),
    dynamics: new Map(),
  },
  about: { backend: 'wasm', engine: 'eager', batch: 4, seconds: 1.5, recipe: { game: 'gan' }, saved: 'then' },
})

const open = (keep = 3) => {
  const directory = new FakeDirectory()
  return { directory, store: directoryStore(directory as unknown as FileSystemDirectoryHandle, { keep }) }
}
const steps = (directory: FakeDirectory) => [...directory.children.keys()].map(n => Number(n.slice(5))).sort()
const files = (directory: FakeDirectory, step: number) =>
  (directory.children.get(`step-0000000${step}`) as FakeDirectory).children as Map<string, FakeFile>

afterEach(() => {
  FakeFile.full = false
})

describe('directoryStore', () => {
  it('gives back what was saved, bit for bit', async () => {
    const { store } = open()
    expect(await store.load()).toBeUndefined()
    await store.save(snapshot(3))
    const { snapshot: back, notes } = (await store.load())!
    expect(notes).toEqual([])
    expect({ ...back, tensors: back.tensors.params }).toStrictEqual({
      ...snapshot(3),
      tensors: snapshot(3).tensors.params,
    })
    expect(Object.is(back.tensors.params!.get('critic/kernel')!.data[1], -0)).toBe(true)
  })

  it('writes what Node reads', async () => {
    const { store, directory } = open()
    await store.save(snapshot(3))
    const dir = await mkdtemp(join(tmpdir(), 'browser-checkpoint-'))
    try {
      await mkdir(join(dir, 'step'))
      for (const [name, { content }] of files(directory, 3)) await writeFile(join(dir, 'step', name), content)
      expect((await readCheckpoint(join(dir, 'step'))).tensors.params).toStrictEqual(
        snapshot(3).tensors.params,
      )
    } finally {
      await rm(dir, { recursive: true })
    }
  })

  it('keeps the newest few, and drops what lies past a step that is saved again', async () => {
    const { store, directory } = open(2)
    for (const step of [1, 2, 3, 4]) await store.save(snapshot(step))
    expect(steps(directory)).toEqual([3, 4])
    await store.save(snapshot(3))
    expect(steps(directory)).toEqual([3])
    expect(() => open(0)).toThrow('directoryStore: keep must be a whole number >= 1, got 0')
  })

  it('takes no notice of a folder left unfinished, and removes it with the next save', async () => {
    const { store, directory } = open()
    await store.save(snapshot(1))
    await store.save(snapshot(2))
    files(directory, 2).delete('checkpoint.json')
    const { snapshot: found, notes } = (await store.load())!
    expect([found.step, notes]).toEqual([1, []])
    await store.save(snapshot(3))
    expect(steps(directory)).toEqual([1, 3])
  })

  it('leaves nothing behind when there is no room', async () => {
    const { store, directory } = open()
    await store.save(snapshot(1))
    FakeFile.full = true
    await expect(store.save(snapshot(2))).rejects.toThrow('no room')
    expect(steps(directory)).toEqual([1])
  })

  it.each([
    ['altered', (f: FakeFile) => f.content.set([9], f.content.length - 1), /was altered since/],
    ['cut short', (f: FakeFile) => f.cut(20), /20 bytes where \d+ were/],
    ['longer', (f: FakeFile) => f.cut(1000), /1000 bytes where at most/],
    ['gone', undefined, /params\.safetensors is missing/],
  ])('falls back where the newest has a file that is %s, and says so', async (_, damage, message) => {
    const { store, directory } = open()
    await store.save(snapshot(1))
    await store.save(snapshot(2))
    if (damage) damage(files(directory, 2).get('params.safetensors')!)
    else files(directory, 2).delete('params.safetensors')
    const { snapshot: found, notes } = (await store.load())!
    expect(found.step).toBe(1)
    expect(notes).toEqual([expect.stringMatching(message)])
    files(directory, 1).delete('params.safetensors')
    await expect(store.load()).rejects.toThrow(/none of the checkpoints in checkpoints can be used/)
  })
})
