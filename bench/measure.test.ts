import { describe, expect, it } from 'vitest'
import { inTurns } from './measure.ts'
import type { Peer } from './peer.ts'

/** A peer whose unit of work takes so long, and that writes down what it is asked. */
const peer = (column: string, unit: number, log: string[], failsAt = Number.POSITIVE_INFINITY): Peer => {
  let asked = 0
  return {
    column,
    ready: { parameters: { generator: 1, critic: 1 }, cold: { import: 0, build: 0, first: 0 }, versions: {} },
    ask: async command => {
      if (++asked === failsAt) throw new Error('its process ended')
      log.push(`${column}: ${command}`)
      return { seconds: unit * Number(command.split(' ')[1]) }
    },
    stop: async () => {},
  }
}

describe('inTurns', () => {
  it('gives every column its turn in each round, begun by another one, with work for the time given', async () => {
    const log: string[] = []
    const peers = [peer('slow', 2, log), peer('quick', 0.1, log)]
    const measured = await inTurns(peers, { rounds: 2, seconds: 1, wait: 0 }, count => `go ${count}`)
    expect(measured).toMatchObject([
      { column: 'slow', seconds: [2, 2] },
      { column: 'quick', seconds: [0.1, 0.1] },
    ])
    expect(log.slice(0, 4)).toEqual(['slow: go 1', 'slow: go 1', 'quick: go 1', 'quick: go 10'])
    expect(log.slice(4)).toEqual(['slow: go 1', 'quick: go 10', 'quick: go 10', 'slow: go 1'])
  })

  it('goes on without a column that fails, and says why', async () => {
    const measured = await inTurns(
      [peer('steady', 1, []), peer('brittle', 1, [], 3)],
      { rounds: 2, seconds: 1, wait: 0 },
      count => `go ${count}`,
    )
    expect(measured).toMatchObject([
      { column: 'steady', seconds: [1, 1] },
      { column: 'brittle', absent: 'its process ended' },
    ])
  })
})
