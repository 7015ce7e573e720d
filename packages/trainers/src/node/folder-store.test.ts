import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CheckpointError, type Snapshot } from '../checkpoint.ts'
import { encodeSafetensors, type HostTensor } from '../safetensors.ts'
import { readCheckpoint } from './checkpoint-folder.ts'
import { folderStore, listCheckpoints } from './folder-store.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'checkpoints-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const snapshot = (step: number): Snapshot => {
  const kernel: HostTensor = { dtype: 'float32', shape: [2, 3], data: Float32Array.of(step, 1, -0, 2, 3, 4) }
  return {
    step,
    key: [1, 2 ** 32 - 1],
    tensors: {
      params: new Map([['critic/0/kernel', kernel]]),
      optimizers: new Map([['critic/t', { dtype: 'int32', shape: [], data: Int32Array.of(step) }]]),
      dynamics: new Map(),
    },
    about: {
      backend: 'cpu',
      engine: 'eager',
      batch: 4,
      seconds: 1.25,
      recipe: { name: 'gan', 2: 'two', 1: 'one', rate: 2e-4, none: undefined },
      saved: '2030-01-01T00:00:00.000Z',
    },
  }
}
const path = (step: number, file = '') => join(dir, `step-0000000${step}`, file)
const manifest = async (step: number) => JSON.parse(await readFile(path(step, 'checkpoint.json'), 'utf8'))
/** Writes a changed manifest with a sum that is right. */
const forge = async (step: number, change: Record<string, unknown>) => {
  const { sha256: _, ...before } = await manifest(step)
  const after = JSON.parse(JSON.stringify({ ...before, ...change }))
  const sum = createHash('sha256').update(JSON.stringify(after)).digest('hex')
  await writeFile(path(step, 'checkpoint.json'), JSON.stringify({ ...after, sha256: sum }))
}
/** Replaces a tensor file, sums and all: only its contents are wrong. */
const forgeFile = async (step: number, bytes: Uint8Array) => {
  await writeFile(path(step, 'params.safetensors'), bytes)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const { files } = await manifest(step)
  await forge(step, { files: { ...files, 'params.safetensors': { bytes: bytes.length, sha256 } } })
}

describe('folderStore', () => {
  it('gives back what was saved, bit for bit', async () => {
    const store = folderStore(dir)
    expect(await store.load()).toBeUndefined()
    await store.save(snapshot(3))
    const { snapshot: back, notes } = (await store.load())!
    expect(notes).toEqual([])
    expect(back.tensors.params).toStrictEqual(snapshot(3).tensors.params)
    expect(Object.is(back.tensors.params!.get('critic/0/kernel')!.data[2], -0)).toBe(true)
    expect(back.tensors.dynamics).toBeUndefined()
    expect([back.step, back.key]).toEqual([3, [1, 2 ** 32 - 1]])
    expect(back.about).toEqual({
      ...snapshot(3).about,
      recipe: { name: 'gan', 1: 'one', 2: 'two', rate: 2e-4 },
    })
  })

  it('works where there is no folder yet', async () => {
    const store = folderStore(join(dir, 'a', 'b'))
    expect(await store.load()).toBeUndefined()
    await store.save(snapshot(1))
    expect((await store.load())!.snapshot.step).toBe(1)
  })

  it('keeps the newest few', async () => {
    const store = folderStore(dir, { keep: 2 })
    for (const step of [1, 2, 3, 4]) await store.save(snapshot(step))
    expect((await readdir(dir)).sort()).toEqual(['step-00000003', 'step-00000004'])
    expect(() => folderStore(dir, { keep: 0 })).toThrow(/keep must be/)
  })

  it('drops what lies past a step that is saved again', async () => {
    const store = folderStore(dir)
    for (const step of [1, 2, 3]) await store.save(snapshot(step))
    await store.save(snapshot(2))
    expect((await listCheckpoints(dir)).map(c => c.step)).toEqual([2, 1])
  })

  it('sweeps up after killed processes and leaves those of living ones', async () => {
    // No process has this id: it is past what Linux allows.
    for (const name of ['.tmp-9-4194999', '.old-8-4194999-17', `.tmp-7-${process.ppid}`])
      await mkdir(join(dir, name))
    await folderStore(dir).save(snapshot(1))
    expect((await readdir(dir)).sort()).toEqual([`.tmp-7-${process.ppid}`, 'step-00000001'])
  })

  it('leaves nothing behind when it cannot write', async () => {
    const bad = { ...snapshot(1), tensors: { '../up': snapshot(1).tensors.params! } }
    await expect(folderStore(dir).save(bad)).rejects.toThrow(/a lower-case word, got "..\/up"/)
    expect(await readdir(dir)).toEqual([])
  })
})

type Damage = [what: string, damage: () => Promise<unknown>, message: RegExp]
const damages: Damage[] = [
  [
    'a truncated file',
    () => truncate(path(2, 'params.safetensors'), 50),
    /params\.safetensors has 50 bytes where \d+ were written.*truncated/,
  ],
  [
    'a longer file',
    () => writeFile(path(2, 'params.safetensors'), 'x', { flag: 'a' }),
    /at most \d+ are expected/,
  ],
  [
    'a flipped bit',
    async () => {
      const bytes = await readFile(path(2, 'params.safetensors'))
      bytes[bytes.length - 1]! ^= 1
      await writeFile(path(2, 'params.safetensors'), bytes)
    },
    /params\.safetensors was altered/,
  ],
  ['a missing file', () => unlink(path(2, 'params.safetensors')), /params\.safetensors is missing/],
  ['a missing checkpoint.json', () => unlink(path(2, 'checkpoint.json')), /checkpoint\.json is missing/],
  ['an empty checkpoint.json', () => writeFile(path(2, 'checkpoint.json'), ''), /checkpoint\.json is empty/],
  [
    'a checkpoint.json that is no JSON',
    () => writeFile(path(2, 'checkpoint.json'), '{"format": '),
    /checkpoint\.json is not JSON/,
  ],
  [
    "another program's JSON",
    () => writeFile(path(2, 'checkpoint.json'), '[1, 2]'),
    /does not describe an Equilibria checkpoint/,
  ],
  [
    'a changed step',
    async () => {
      const text = await readFile(path(2, 'checkpoint.json'), 'utf8')
      await writeFile(path(2, 'checkpoint.json'), text.replace('"step": 2', '"step": 7'))
    },
    /checkpoint\.json was altered/,
  ],
  [
    'a key given twice',
    async () => {
      const text = await readFile(path(2, 'checkpoint.json'), 'utf8')
      await writeFile(path(2, 'checkpoint.json'), text.replace('"step": 2', '"step": 7, "step": 2'))
    },
    /names "step" twice/,
  ],
  ['an old version', () => forge(2, { version: 0 }), /version 0, expected 1/],
  ['no step', () => forge(2, { step: undefined }), /lacks step, key, files/],
  ['a key that is none', () => forge(2, { key: [1, -2] }), /lacks step, key, files/],
  [
    'a path that climbs',
    () => forge(2, { files: { '../../../etc/passwd': { bytes: 1, sha256: '' } } }),
    /names a file "\.\.\/.*only words/,
  ],
  [
    'a path through a folder',
    () => forge(2, { files: { 'a/b.safetensors': { bytes: 1, sha256: '' } } }),
    /only words/,
  ],
  [
    'an absolute path',
    () => forge(2, { files: { '/tmp/x.safetensors': { bytes: 1, sha256: '' } } }),
    /only words/,
  ],
  [
    'a file without a sum',
    () => forge(2, { files: { 'params.safetensors': { bytes: 1 } } }),
    /no size and sum/,
  ],
  [
    'a link instead of a file',
    async () => {
      await unlink(path(2, 'params.safetensors'))
      await symlink(path(1, 'params.safetensors'), path(2, 'params.safetensors'))
    },
    /not a plain file/,
  ],
  [
    'a tensor file that is none, with a right sum',
    () => forgeFile(2, new Uint8Array(20).fill(7)),
    /params\.safetensors: its header claims/,
  ],
  [
    'a tensor name that climbs, with a right sum',
    () => {
      const good = encodeSafetensors(snapshot(2).tensors.params!)
      const text = Buffer.from(good).toString('latin1').replace('critic/0/kernel', '../../0/kernel/')
      return forgeFile(2, Buffer.from(text, 'latin1'))
    },
    /not allowed/,
  ],
]

describe('a damaged checkpoint', () => {
  it.each(damages)('%s is found, explained, and the one before it is taken', async (_, damage, message) => {
    const store = folderStore(dir)
    await store.save(snapshot(1))
    await store.save(snapshot(2))
    await damage()
    const error = await readCheckpoint(path(2)).then(
      () => undefined,
      e => e as CheckpointError,
    )
    expect(error).toBeInstanceOf(CheckpointError)
    expect(error!.fault).toBe('corrupt')
    expect(error!.message).toMatch(message)
    expect(error!.message).toMatch(/Delete this folder to continue from the checkpoint before it/)
    expect(error!.message).not.toContain('\n')
    const found = (await store.load())!
    expect(found.snapshot.step).toBe(1)
    expect(found.notes).toEqual([expect.stringMatching(/falling back to an earlier checkpoint: /)])
    await store.save(snapshot(2))
    expect((await store.load())!.snapshot.step).toBe(2)
  })

  it('is an error where there is none before it', async () => {
    const store = folderStore(dir)
    await store.save(snapshot(2))
    await unlink(path(2, 'params.safetensors'))
    await expect(store.load()).rejects.toThrow(
      /none of the checkpoints in .* can be used.*is missing.*train in another folder/,
    )
  })

  it('of a later version is never passed over', async () => {
    const store = folderStore(dir)
    await store.save(snapshot(1))
    await store.save(snapshot(2))
    await forge(2, { version: 2, package: '@equilibria/trainers 9.0.0' })
    await expect(store.load()).rejects.toMatchObject({ fault: 'newer' })
    await expect(store.load()).rejects.toThrow(
      /version 2 .* up to 1: it was written by "@equilibria\/trainers 9\.0\.0"\. Update/,
    )
  })
})
