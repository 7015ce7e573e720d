import { describe, expect, it } from 'vitest'
import { start } from './peer.ts'

/** A column whose process is this script. */
const column = (script: string) => ({
  name: 'x',
  command: () => [process.execPath, '-e', script] as [string, ...string[]],
})
const task = { model: 'mlp', batch: 1, threads: 1 }
const ready = `console.log('some talk'); console.log(JSON.stringify({ ready: { parameters: {}, cold: {}, versions: {} } }));`
const begin = (script: string, patience = 20) => start(column(script), task, patience)

describe('start', () => {
  it('waits for the process to be ready, then asks', async () => {
    const peer = await begin(
      `${ready} process.stdin.on('data', line => console.log('{broken\\n' + JSON.stringify({ seconds: String(line).length })))`,
    )
    if ('absent' in peer) throw new Error(peer.absent)
    expect(await peer.ask('go 1')).toEqual({ seconds: 5 })
    expect(await peer.ask('go 100')).toEqual({ seconds: 7 })
    await peer.stop()
    await expect(peer.ask('go 1')).rejects.toThrow('its process ended')
  })

  it.each([
    ['says so', `console.log(JSON.stringify({ absent: 'no library' }))`, 'no library'],
    ['dies', `console.error('a'); throw new Error('broken')`, /^its process ended: /],
    ['does not exist', undefined, /ENOENT/],
    ['takes too long', `setTimeout(() => {}, 1e6)`, 'no step within 0.5 s'],
  ])('gives the reason where a process %s', async (_, script, reason) => {
    const missing = { name: 'x', command: () => ['/no/such/program'] as [string, ...string[]] }
    const patience = script?.startsWith('setTimeout') ? 0.5 : 20
    const found = await (script === undefined ? start(missing, task, patience) : begin(script, patience))
    expect(found).toMatchObject({
      column: 'x',
      absent: typeof reason === 'string' ? reason : expect.stringMatching(reason),
    })
  })
})
