import { memory, mul, ones, sum, type Tensor, tensor, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import {
  alternating,
  cycleGan,
  fold,
  gan,
  gradients,
  key,
  leaves,
  makeStep,
  mapTree,
  type Network,
  pix2pix,
  release,
  type State,
  sgd,
  simultaneous,
  tensorsOf,
} from '../index.ts'
import { linearCritic, linearNetwork, nonSaturating, onCpu, values } from './games.fixture.ts'
import { parts, z } from './points.fixture.ts'
import { makePool, type PoolState } from './pool.ts'

onCpu()

/** A batch of fakes that are numbered: step t shows t n, t n + 1, ... */
const numbered = (step: number, n: number) =>
  tensor2d(Array.from({ length: n }, (_, i) => [step * n + i + 1, 0.5]))
const firstOf = (rows: Tensor) => values(rows).filter((_, i) => i % 2 === 0)

/** What a pool shows and holds in each of some steps, as numbers of fakes. */
function history(size: number, n: number, steps: number, seed = 1) {
  const pool = makePool('critic', { size, shape: [2] })
  return tidy(() => {
    let state = pool.slot.init({}, key(0))
    return Array.from({ length: steps }, (_, step) => {
      const held = firstOf(state.rows)
      const { shown, next } = pool.exchange(state, numbered(step, n), fold(key(seed), step))
      state = next
      return { held, shown: firstOf(shown), fakes: firstOf(numbered(step, n)), holds: firstOf(next.rows) }
    })
  })
}

describe('a pool of past fakes', () => {
  it('takes in what it is shown until it is full, and shows it', () => {
    // 10 places and 4 fakes a step: full after three steps, the last of which goes round to the first places.
    const [first, second, third, fourth] = history(10, 4, 4)
    for (const { shown, fakes } of [first!, second!, third!]) expect(shown).toEqual(fakes)
    expect(second!.holds).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 0, 0])
    expect(third!.holds).toEqual([11, 12, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(fourth!.held).toEqual(third!.holds)
  })

  it('from then on loses nothing and shows every fake once: now, or when another takes its place', () => {
    const sorted = (...lists: number[][]) => lists.flat().sort((a, b) => a - b)
    for (const { held, shown, fakes, holds } of history(8, 4, 60).slice(2))
      expect(sorted(shown, holds)).toEqual(sorted(held, fakes))
    // Those of the two steps that filled it had been shown once already.
    const later = history(8, 4, 60).flatMap(({ shown }, step) => (step < 2 ? [] : shown.filter(x => x > 8)))
    expect(new Set(later).size).toBe(later.length)
  })

  it('exchanges half of the fakes, for ones that have waited 2 size / n steps on average', () => {
    const [size, n, steps] = [20, 5, 2000]
    const ages = history(size, n, steps)
      .slice(size / n)
      .flatMap(({ shown, fakes }) =>
        shown.filter((x, i) => x !== fakes[i]).map(x => Math.floor((fakes[0]! - x) / n) + 1),
      )
    const rows = (steps - size / n) * n
    // Binomial: one standard deviation is .005; of the mean age of 5000 geometric waits, .11.
    expect(ages.length / rows).toBeGreaterThan(0.48)
    expect(ages.length / rows).toBeLessThan(0.52)
    const mean = ages.reduce((a, b) => a + b, 0) / ages.length
    expect(Math.abs(mean - (2 * size) / n)).toBeLessThan(0.5)
  })

  it('is keyed', () => {
    const shown = (seed: number) => history(6, 3, 20, seed).map(step => step.shown)
    expect(shown(1)).toEqual(shown(1))
    expect(shown(1)).not.toEqual(shown(2))
  })

  it('has derivatives in the fakes that are shown as they are, and none in those of the pool', () => {
    const pool = makePool('critic', { size: 4, shape: [1] })
    const state: PoolState = { rows: tensor([10, 20, 30, 40], [4, 1]), stored: tensor(4) }
    const fakes = tensor([1, 2, 3, 4], [4, 1])
    const { shown } = pool.exchange(state, fakes, key(5))
    const weights = tensor([1, 2, 3, 4], [4, 1])
    const { grads } = gradients(() => sum(mul(weights, pool.exchange(state, fakes, key(5)).shown)), [fakes])
    const own = values(shown).map((x, i) => (x < 10 ? i + 1 : 0))
    expect(values(grads[0]!)).toEqual(own)
    expect(own).toContain(0)
    expect(Math.max(...own)).toBeGreaterThan(0)
  })

  it.each([
    [{ size: 0, shape: [2] }, "critic's pool: size must be a whole number >= 1, got 0"],
    [{ shape: [] }, "critic's pool: expected the shape of a fake, such as [28, 28, 1], got []"],
    [{ shape: [2.5] }, "critic's pool: sides of its shape must be a whole number >= 1, got 2.5"],
  ])('%j is refused', (options, message) => {
    expect(() => makePool('critic', options)).toThrow(message)
  })

  it('refuses fakes of another shape, and more than it holds', () => {
    const pool = makePool('critic', { size: 3, shape: [2] })
    const state = pool.slot.init({}, key(0))
    expect(() => pool.exchange(state, ones([3, 4]), key(1))).toThrow(
      "critic's pool holds fakes of shape [2], but it is shown [4]",
    )
    expect(() => pool.exchange(state, ones([4, 2]), key(1))).toThrow(
      "critic's pool holds 3 fakes, and a batch has 4",
    )
  })
})

const data = tensor2d([
  [1, 2],
  [0, -1],
  [0.5, 0.6],
])
const target = tensor2d([
  [1, 0],
  [-2, 1],
  [0.4, 3],
])
const translators = {
  dataCritic: linearCritic(2),
  targetCritic: linearCritic(2),
  forward: linearNetwork(2, 2),
  backward: linearNetwork(2, 2),
  loss: nonSaturating,
}
const pool = { size: 4, shape: [2] }
const pair = { ...parts, critic: linearCritic(2) }
const pairs = {
  generator: linearNetwork(2, 2),
  critic: linearCritic(4),
  loss: nonSaturating,
  pool: { size: 4, shape: [4] },
}
const games = {
  cycleGan: cycleGan({ ...translators, pool }),
  pix2pix: pix2pix(pairs),
  gan: gan({ ...pair, pool }),
}
const batch = { data, target }
const mean = (xs: readonly number[]) => xs.reduce((a, b) => a + b, 0) / xs.length

describe('games with a pool', () => {
  it.each(Object.entries(games))('%s goes on bit for bit, and keeps its number of tensors', (_, game) => {
    const step = makeStep({ game: game as typeof games.gan, dynamics: alternating({}), optimizer: sgd(0.05) })
    const play = (from: State, steps: number, alive: number[] = []) => {
      let state = from
      for (let i = 0; i < steps; i++) {
        const next = step.next(state as never, [batch]) as unknown as State
        release(tensorsOf(state), tensorsOf(next))
        state = next
        alive.push(memory().numTensors)
      }
      return state
    }
    const counts: number[] = []
    const through = play(step.init(3) as unknown as State, 8, counts)
    expect(new Set(counts.slice(1)).size).toBe(1)
    const half = play(step.init(3) as unknown as State, 4)
    // As a checkpoint stores it: numbers and shapes.
    const restored = {
      ...half,
      ...(mapTree((t: Tensor) => tensor(values(t), t.shape, t.dtype), tensorsOf(half) as never) as object),
    }
    const resumed = play(restored as State, 4)
    const all = (state: State) => leaves<Tensor>(tensorsOf(state)).map(values)
    expect(all(resumed)).toEqual(all(through))
  })

  it('show their critics what the pool gives, and translators and generators their own', () => {
    const step = makeStep({ game: games.gan, dynamics: simultaneous(), optimizer: sgd(0.3) })
    let state = step.init(1)
    let apart = 0
    for (let i = 0; i < 12; i++) {
      const before = state
      state = step.next(state, [batch])
      const critic = before.params.critic as Tensor
      const fakes = tidy(() =>
        values(linearNetwork(1, 2).apply(before.params.generator, tensor2d(z), {} as never)),
      )
      const judged = [0, 1, 2].map(
        r => fakes[2 * r]! * values(critic)[0]! + fakes[2 * r + 1]! * values(critic)[1]!,
      )
      expect(values(state.stats.generator.fake!)[0]).toBeCloseTo(mean(judged), 4)
      if (Math.abs(values(state.stats.critic.fake!)[0]! - mean(judged)) > 1e-4) apart++
    }
    // Full after two steps; 1 in 8 batches of three exchanges none.
    expect(apart).toBeGreaterThan(5)
    expect(apart).toBeLessThanOrEqual(10)
  })

  it('refuse terms of latents on the critic, which those of the pool have not', () => {
    const term = Object.assign(() => sum(data), { needs: ['latents' as const] })
    expect(() => gan({ ...pair, pool, criticTerms: { term } as never })).toThrow(
      `critic's term "term" needs latents, which this game does not have (of the fakes of a pool it has none)`,
    )
    gan({ ...pair, pool, generatorTerms: { term } as never })
  })

  it('show networks no labels, which the pool does not keep', () => {
    const seen: unknown[] = []
    const watching: Network = {
      ...pair.generator,
      apply: (params, x, context) => {
        seen.push(context.labels)
        return pair.generator.apply(params, x, context)
      },
    }
    const step = makeStep({
      game: gan({ ...pair, generator: watching, pool }),
      dynamics: simultaneous(),
      optimizer: sgd(1),
    })
    step.next(step.init(1), [{ data, labels: tensor([0, 1, 2], [3], 'int32') }])
    expect(seen.every(labels => labels === undefined)).toBe(true)
  })

  it('have pools of two shapes in cycleGan', () => {
    const game = cycleGan({
      ...translators,
      targetCritic: linearCritic(1),
      forward: linearNetwork(2, 1),
      backward: linearNetwork(1, 2),
      pool: { ...pool, targetShape: [1] },
    })
    const step = makeStep({ game, dynamics: simultaneous(), optimizer: sgd(0.1) })
    const { slots } = step.init(1)
    expect(Object.entries(slots).map(([name, slot]) => [name, (slot as PoolState).rows.shape])).toEqual([
      ['dataCritic/pool', [4, 2]],
      ['targetCritic/pool', [4, 1]],
    ])
  })
})
