import { useBackend } from '@equilibria/backends'
import { makeRegistry } from 'equilibria'
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
  // An autoencoder by itself is not asked where codes lie, nor what becomes of latents: `alone`.
  adversarialAutoencoder: {
    steps: 1000,
    learned: ({ reconstruction, apart, close, modes, alone }) => {
      expect(reconstruction! / apart!).toBeLessThan(0.35)
      expect(close).toBeGreaterThan(0.5)
      expect(close! - alone!).toBeGreaterThan(0.4)
      expect(modes).toBeGreaterThanOrEqual(7)
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
  // `alone` are the edges that the distance teaches by itself.
  pix2pix: {
    steps: 150,
    learned: ({ distance, untouched, edges, alone }) => {
      expect(distance! / untouched!).toBeLessThan(0.97)
      expect(edges! / alone!).toBeGreaterThan(1.4)
      expect(edges).toBeLessThan(1.2)
    },
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
  // The equilibria are known, and simultaneous play does not go there.
  bilinear: {
    steps: 100,
    learned: ({ distance, simultaneous }) => {
      expect(distance).toBeLessThan(0.05)
      expect(simultaneous).toBeGreaterThan(10)
    },
  },
  dirac: {
    steps: 100,
    learned: ({ distance, simultaneous }) => {
      expect(distance).toBeLessThan(0.05)
      expect(simultaneous).toBeGreaterThan(1)
    },
  },
  quadratic: {
    steps: 60,
    learned: ({ distance, start, simultaneous }) => {
      expect(distance! / start!).toBeLessThan(0.01)
      expect(simultaneous! / start!).toBeGreaterThan(2)
    },
  },
  // At even odds in the dilemma each confesses with probability 1/2, and both together would gain 1.
  matrixGame: {
    steps: 150,
    learned: ({ confess, dilemma, pennies, rockPaperScissors, simultaneous }) => {
      expect(confess).toBeGreaterThan(0.99)
      for (const gain of [dilemma, pennies, rockPaperScissors]) expect(gain).toBeLessThan(0.02)
      expect(simultaneous).toBeGreaterThan(0.5)
    },
  },
}

describe('examples/games', () => {
  it('has a script for each of these, and for each game there is', () => {
    expect(Object.keys(games)).toEqual(Object.keys(expected))
    // `conditional` is a `gan` whose networks are told labels; the quickstart and the ring have plain ones.
    const known = makeRegistry().names('games')
    expect(Object.keys(games).sort()).toEqual(
      known.map(name => (name === 'gan' ? 'conditional' : name)).sort(),
    )
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
