import { eager } from '@equilibria/core'
import { expect, test } from 'vitest'
import { chooseEngine } from './choose.ts'

const absent = {
  name: 'native',
  make: async () => {
    throw new Error('native is not installed')
  },
}
const there = { name: 'web', make: async () => ({ ...eager(), name: 'web engine' }) }

test('auto takes the first that can be had and says why not the others', async () => {
  const { engine, tried } = await chooseEngine([absent, there])
  expect(engine.name).toBe('web engine')
  expect(tried).toEqual([{ name: 'native', reason: 'native is not installed' }])
})

test('auto passes over what must be asked for by name', async () => {
  const gpu = { ...there, name: 'gpu', named: true }
  expect((await chooseEngine([gpu])).engine.name).toBe('eager')
  expect((await chooseEngine([gpu], 'gpu')).engine.name).toBe('web engine')
})

test('auto is eager where there is none', async () => {
  expect((await chooseEngine([absent])).engine.name).toBe('eager')
  expect((await chooseEngine([absent, there], 'eager')).tried).toEqual([])
})

test('an engine asked for by name is had or refused', async () => {
  expect((await chooseEngine([absent, there], 'web')).engine.name).toBe('web engine')
  await expect(chooseEngine([absent, there], 'native')).rejects.toThrow('native is not installed')
  await expect(chooseEngine([absent, there], 'wbe')).rejects.toThrow(
    'unknown engine "wbe"; known: auto, eager, native, web',
  )
})
