import { DeviceFault, onDeviceFault } from '@equilibria/core'
import type { KernelBackend } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { guard } from './guard.ts'

const values = Float32Array.of(1)

/** As much of a backend as reads need. */
const fake = (read: () => Promise<Float32Array> = async () => values) =>
  ({ read, readSync: () => values }) as unknown as KernelBackend

const lost = new DeviceFault('lost', 'fake', 'gone')
const later = new DeviceFault('uncaptured', 'fake', 'a consequence')

test('reads give what they gave before, until a fault; then the first one', async () => {
  const backend = fake()
  const report = guard(backend)!
  expect(await backend.read({})).toBe(values)
  expect(backend.readSync({})).toBe(values)
  report(lost)
  report(later)
  await expect(backend.read({})).rejects.toBe(lost)
  expect(() => backend.readSync({})).toThrow(lost)
})

test('a read that would never end is ended by a fault', async () => {
  const backend = fake(() => new Promise(() => {}))
  const report = guard(backend)!
  const read = backend.read({})
  report(lost)
  await expect(read).rejects.toBe(lost)
})

test('a read that fails before the device tells why waits for it', async () => {
  const backend = fake(() => Promise.reject(new Error('aborted')))
  const report = guard(backend)!
  const read = backend.read({})
  setTimeout(() => report(lost), 20)
  await expect(read).rejects.toBe(lost)
})

test('a read that fails for reasons of its own says so', async () => {
  const backend = fake(() => Promise.reject(new Error('no such tensor')))
  guard(backend)
  await expect(backend.read({})).rejects.toThrow('no such tensor')
})

test('errors that are told only when asked are asked for after each read', async () => {
  const backend = fake()
  let fault: DeviceFault | undefined
  guard(backend, () => fault)
  expect(await backend.read({})).toBe(values)
  fault = lost
  await expect(backend.read({})).rejects.toBe(lost)
})

test('a backend is guarded once; listeners hear of the first fault, while they listen', () => {
  const [one, two] = [fake(), fake()]
  const heard: DeviceFault[] = []
  const end = onDeviceFault(fault => heard.push(fault))
  const report = guard(one)!
  expect(guard(one)).toBeUndefined()
  report(lost)
  report(later)
  expect(heard).toEqual([lost])
  end()
  guard(two)!(lost)
  expect(heard).toHaveLength(1)
})
