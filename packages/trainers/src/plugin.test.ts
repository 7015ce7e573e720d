import { createRegistry } from '@equilibria/core'
import { describe, expect, it } from 'vitest'
import { trainersPlugin } from './plugin.ts'

const registry = createRegistry()
registry.use(trainersPlugin)

describe('trainersPlugin', () => {
  it('makes slots and loggers by name', () => {
    expect(registry.names('slots')).toEqual(['ema'])
    expect(registry.make('slots', { name: 'ema', decay: 0.5, players: ['generator'] }).next).toBeTypeOf(
      'function',
    )
    expect(registry.make('loggers', 'console').log).toBeTypeOf('function')
  })

  it('checks their options', () => {
    expect(() => registry.make('slots', { name: 'ema', decay: 2 })).toThrow(/decay must lie in \[0, 1\)/)
    expect(() => registry.make('slots', { name: 'ema', rate: 1 })).toThrow(/rate/)
  })

  it('gives names their types', () => {
    const ema = registry.factory('slots', 'ema')
    const decay: Parameters<typeof ema>[0] = 0.5
    // @ts-expect-error a decay is a number
    const wrong: Parameters<typeof ema>[0] = 'slow'
    expect([decay, wrong]).toHaveLength(2)
  })
})
