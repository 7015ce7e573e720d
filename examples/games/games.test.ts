import { useBackend } from '@equilibria/backends'
import { beforeAll, describe, expect, it } from 'vitest'
import { games } from './games.ts'

beforeAll(() => useBackend('wasm', { threads: 1 }))

/** Each script's numbers after a smaller budget than its own, and what they must at least be. */
const expected: Record<string, { steps: number; learned: (found: Record<string, number>) => void }> = {
  // A generator that ignores labels scores 1/8.
  conditional: { steps: 250, learned: ({ accuracy }) => expect(accuracy).toBeGreaterThan(0.9) },
  acGan: { steps: 400, learned: ({ accuracy }) => expect(accuracy).toBeGreaterThan(0.9) },
  contraGan: { steps: 1000, learned: ({ accuracy }) => expect(accuracy).toBeGreaterThan(0.9) },
  // Guessing scores 1/2.
  semiSupervised: { steps: 1000, learned: ({ accuracy }) => expect(accuracy).toBeGreaterThan(0.95) },
  // A code that says nothing has purity 1/8 and 0 nats.
  infoGan: {
    steps: 400,
    learned: ({ purity, information }) => {
      expect(purity).toBeGreaterThan(0.8)
      expect(information).toBeGreaterThan(1.5)
    },
  },
  bigan: {
    steps: 2000,
    learned: ({ reconstruction, apart }) => expect(reconstruction! / apart!).toBeLessThan(0.5),
  },
  vaeGan: {
    steps: 1000,
    learned: ({ reconstruction, apart, close }) => {
      expect(reconstruction! / apart!).toBeLessThan(0.25)
      expect(close).toBeGreaterThan(0.55)
    },
  },
  adversarialAutoencoder: {
    steps: 500,
    learned: ({ reconstruction, apart, spread }) => {
      expect(reconstruction! / apart!).toBeLessThan(0.35)
      expect(Math.abs(spread! - 2)).toBeLessThan(1.2)
    },
  },
  cycleGan: {
    steps: 700,
    learned: ({ cycle, close, modes }) => {
      expect(cycle).toBeLessThan(0.1)
      expect(close).toBeGreaterThan(0.75)
      expect(modes).toBe(3)
    },
  },
  pix2pix: {
    steps: 120,
    learned: ({ distance, untouched }) => expect(distance! / untouched!).toBeLessThan(0.85),
  },
  multiCritic: {
    steps: 500,
    learned: ({ modes, close }) => {
      expect(modes).toBeGreaterThanOrEqual(7)
      expect(close).toBeGreaterThan(0.5)
    },
  },
  // Generators that share alike are faithful to the extent of 1/4.
  multiGenerator: {
    steps: 300,
    learned: ({ homes, faithful }) => {
      expect(homes).toBe(4)
      expect(faithful).toBeGreaterThan(0.8)
    },
  },
}

describe('examples/games', () => {
  it('has a script for each of these', () => {
    expect(Object.keys(games)).toEqual(Object.keys(expected))
  })

  it.each(Object.entries(expected))(
    '%s learns',
    async (name, { steps, learned }) => {
      const found = await games[name]!.run(steps)
      console.log(name, found)
      learned(found)
    },
    120_000,
  )
})
