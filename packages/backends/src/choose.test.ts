import '@tensorflow/tfjs-backend-cpu'
import { getBackend, setBackend } from '@tensorflow/tfjs-core'
import { beforeEach, expect, test } from 'vitest'
import type { BackendCandidate } from './candidate.ts'
import { choose, describe } from './choose.ts'

const usable = (name: string): BackendCandidate => ({
  name,
  remedy: 'None needed.',
  load: async () => ({ backend: 'cpu', library: 'test 1.0', device: () => ({ device: 'here', threads: 3 }) }),
})

const broken = (name: string, fault: unknown): BackendCandidate => ({
  name,
  remedy: `Install ${name}.`,
  load: () => Promise.reject(fault),
})

beforeEach(async () => {
  await setBackend('cpu')
})

test('auto takes the first that works and tells why the earlier ones did not', async () => {
  const table = [broken('fast', new Error('no driver\nat line 3')), usable('plain'), usable('slow')]
  const report = await choose(table, 'auto')
  expect(report).toMatchObject({
    name: 'plain',
    backend: 'cpu',
    library: 'test 1.0',
    device: 'here',
    threads: 3,
  })
  expect(report.kernels).toBeGreaterThan(100)
  expect(report.tried).toEqual([
    { name: 'fast', ok: false, reason: 'no driver' },
    { name: 'plain', ok: true },
  ])
})

test('a named backend is taken though a better one is listed before it', async () => {
  expect(await choose([usable('best'), usable('plain')], 'plain')).toMatchObject({ name: 'plain' })
})

test('auto passes over a software adapter; by its name it is taken; the report tells which', async () => {
  const adapter = {
    vendor: 'google',
    architecture: 'swiftshader',
    device: '',
    description: '',
    software: true,
  }
  const slow: BackendCandidate = {
    ...usable('gpu'),
    load: async () => ({ ...(await usable('gpu').load({})), adapter }),
  }
  const auto = await choose([slow, usable('plain')], 'auto')
  expect(auto).toMatchObject({ name: 'plain', tried: [{ ok: false }, { ok: true }] })
  expect(auto.tried[0]!.reason).toMatch(/google swiftshader, a software adapter/)
  expect(auto.adapter).toBeUndefined()
  expect(await choose([slow], 'gpu')).toMatchObject({ name: 'gpu', adapter })
  expect(await describe([slow])).toMatchObject([{ ok: true, adapter }])
})

test('an unknown name lists the known', async () => {
  await expect(choose([usable('one'), usable('two')], 'wsm')).rejects.toThrow(
    'useBackend: unknown backend "wsm"; known here: auto, one, two',
  )
})

test('a backend asked for by name that fails gives cause and remedy, and the current one stays', async () => {
  const fault = new Error('libcuda.so.1 not found')
  const failed = choose([broken('gpu', fault), usable('plain')], 'gpu')
  await expect(failed).rejects.toThrow(
    'useBackend: backend "gpu" is not available: libcuda.so.1 not found. Install gpu.',
  )
  await expect(failed).rejects.toMatchObject({ cause: fault })
  expect(getBackend()).toBe('cpu')
})

test('a backend that loads but cannot be initialised or fails its device check is not chosen', async () => {
  const unregistered: BackendCandidate = {
    ...usable('ghost'),
    load: async () => ({ backend: 'ghost', library: '', device: () => ({ device: '', threads: 1 }) }),
  }
  const impostor: BackendCandidate = {
    ...usable('gpu'),
    load: async () => ({
      backend: 'cpu',
      library: '',
      device: () => {
        throw new Error('it runs on the CPU')
      },
    }),
  }
  const report = await choose([unregistered, impostor, usable('plain')], 'auto')
  expect(report.tried.map(attempt => attempt.ok)).toEqual([false, false, true])
  expect(report.tried[0]!.reason).toMatch(/ghost/)
  expect(report.tried[1]!.reason).toBe('it runs on the CPU')
})

test('nothing usable: every cause is told', async () => {
  const table = [broken('a', 'out of luck'), broken('b', { message: 'no file' })]
  await expect(choose(table, 'auto')).rejects.toThrow(
    'backend "a" is not available: out of luck; backend "b" is not available: no file. Install b.',
  )
})

test('describe looks at all and changes nothing', async () => {
  const found = await describe([broken('fast', new Error('no driver')), usable('plain')])
  expect(found).toEqual([
    { name: 'fast', ok: false, reason: 'no driver', remedy: 'Install fast.' },
    { name: 'plain', ok: true, library: 'test 1.0', kernels: expect.any(Number), current: true },
  ])
  expect(getBackend()).toBe('cpu')
})
