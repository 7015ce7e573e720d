import '@tensorflow/tfjs-backend-cpu'
import {
  adam,
  bilinear,
  dirac,
  type Game,
  initPlayers,
  key,
  matrixGame,
  quadratic,
  sgd,
} from '@equilibria/core'
import { every, r1, wasserstein } from '@equilibria/losses'
import {
  add,
  memory,
  type Scalar,
  scalar,
  setBackend,
  square,
  sub,
  sum,
  type Tensor,
  tensor1d,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { bestResponse } from './best-response.ts'
import { matrixExploitability } from './matrix-exploitability.ts'
import { randomLogits, randomPayoffs, softmaxOf } from './matrix-games.fixture.ts'

beforeAll(() => setBackend('cpu'))

describe('bestResponse', () => {
  it('of a quadratic cost is its minimum, the others held still', async () => {
    // a minimises (a + b)^2 / 2 + a, so a = -b - 1, at cost -b - 1/2.
    const game = quadratic({
      costs: {
        a: {
          matrix: [
            [1, 1],
            [1, 1],
          ],
          linear: [1, 0],
        },
        b: {
          matrix: [
            [0, 1],
            [1, 0],
          ],
        },
      },
    })
    const at = { a: tensor1d([4]), b: tensor1d([2]) }
    const { params, cost, gain } = await bestResponse(game, 'a', at, { optimizer: sgd(0.5), steps: 40 })
    expect((await (params as Tensor).data())[0]).toBeCloseTo(-3, 2)
    expect(cost.now).toBeCloseTo(22, 5)
    expect(cost.best).toBeCloseTo(-2.5, 5)
    expect(gain).toBeCloseTo(24.5, 4)
  })

  it('never counts less than staying, and leaves the game and no tensors behind', async () => {
    const game = bilinear({ matrix: [[2]] })
    const at = { x: tensor1d([0.5]), y: tensor1d([0]) }
    const once = async () => {
      const { params, gain } = await bestResponse(game, 'x', at, { optimizer: adam(0.1), steps: 25 })
      ;(params as Tensor).dispose()
      return gain
    }
    expect(await once()).toBe(0)
    const before = memory().numTensors
    await once()
    expect(memory().numTensors).toBe(before)
    expect((await at.x.data())[0]).toBe(0.5)
  })

  it.each([
    [{ row: 3, column: 4 }, 1],
    [{ row: 3, column: 3 }, 4],
    [{ a: 2, b: 3, c: 2 }, 2],
  ])('in a random game of %j gains what the best pure strategy does, and finds it', async (actions, seed) => {
    const payoffs = randomPayoffs(actions, seed)
    const logits = randomLogits(actions, seed)
    const at = Object.fromEntries(Object.entries(logits).map(([who, x]) => [who, tensor1d(x)]))
    const mixed = Object.fromEntries(Object.entries(logits).map(([who, x]) => [who, softmaxOf(x)]))
    const { gains } = matrixExploitability(payoffs, mixed)
    for (const who of Object.keys(actions)) {
      const { params, gain } = await bestResponse(matrixGame(payoffs), who, at, {
        optimizer: adam(0.5),
        steps: 60,
        looks: 3,
      })
      expect(gain).toBeLessThanOrEqual(gains[who]! + 1e-6)
      expect(gain).toBeGreaterThan(gains[who]! - 0.01)
      const response = softmaxOf([...(await (params as Tensor).data())])
      const exact = matrixExploitability(payoffs, { ...mixed, [who]: response }).gains[who]!
      expect(exact).toBeLessThan(0.01)
    }
  })

  it('in a game without a minimum gains as much as it goes: rate steps |Ay|^2', async () => {
    const game = bilinear({
      matrix: [
        [2, -1],
        [0.5, 3],
      ],
    })
    const at = { x: tensor1d([0.3, -0.2]), y: tensor1d([1, 0.5]) }
    // Ay = (1.5, 2).
    const { gain } = await bestResponse(game, 'x', at, { optimizer: sgd(0.1), steps: 12 })
    expect(gain).toBeCloseTo(0.1 * 12 * (1.5 ** 2 + 2 ** 2), 4)
  })

  it('keeps the best point that it looked at, however it goes on', async () => {
    const game = quadratic({ costs: { a: { matrix: [[1]], linear: [-1] } } })
    // a - 1 is multiplied by -1.5 a step: from the start it only gets worse.
    const worse = await bestResponse(game, 'a', { a: tensor1d([1.4]) }, { optimizer: sgd(2.5), steps: 8 })
    expect(worse.gain).toBe(0)
    expect((await (worse.params as Tensor).data())[0]).toBeCloseTo(1.4, 6)
    // Multiplied by 1/2 a step: after n steps (a - 1)^2 / 2 has fallen by 4^n.
    const better = await bestResponse(game, 'a', { a: tensor1d([3]) }, { optimizer: sgd(0.5), steps: 3 })
    expect(better.gain).toBeCloseTo(2 - 2 / 4 ** 3, 5)
  })

  describe('responds to the game as it is at the step of the run', () => {
    /** Its cost is least where `a` is the number of the step, plus what a slot that counts steps holds. */
    const scheduled: Game<{ a: Tensor }, undefined> = {
      a: {
        init: () => tensor1d([0]),
        slots: { count: { init: () => scalar(0), next: s => add(s as Scalar, 1) } },
        cost: ({ a }, { clock, slots }) => ({
          cost: sum(square(sub(a, add(clock.step, slots['a/count'] as Scalar)))) as Scalar,
        }),
      },
    }
    const options = { optimizer: sgd(0.25), steps: 30 }

    it.each([
      [undefined, 0],
      [{ step: 5, count: 0 }, 5],
      [{ step: 5, count: 2 }, 7],
    ])('%j: clock and slots stand still', async (run, least) => {
      const at = { a: tensor1d([1]) }
      const state = run && { step: run.step, memory: {}, slots: { 'a/count': scalar(run.count) } }
      const once = () => bestResponse(scheduled, 'a', at, { ...options, ...(state ? { state } : {}) })
      const { params, cost, gain } = await once()
      expect((await (params as Tensor).data())[0]).toBeCloseTo(least, 4)
      expect(cost.best).toBeCloseTo(0, 8)
      expect(gain).toBeCloseTo((1 - least) ** 2, 5)
      // The run keeps its slots, and nothing else stays.
      expect(state && (await state.slots['a/count'].data())[0]).toBe(run?.count)
      const before = memory().numTensors
      const again = await once()
      expect(memory().numTensors).toBe(before + 1)
      ;(again.params as Tensor).dispose()
    })

    it('has a term of every 4th step at all moves, or at none', async () => {
      const game = dirac({
        loss: wasserstein({ unbounded: true }),
        criticTerms: { penalty: every(4, r1(1)) },
      })
      const at = { critic: tensor1d([0]), generator: tensor1d([1]) }
      const slope = async (step: number) => {
        const state = { step, memory: {}, slots: {} }
        const { params } = await bestResponse(game, 'critic', at, { ...options, steps: 60, state })
        return (await (params as Tensor).data())[0]!
      }
      // The critic pays psi theta + 4 psi² / 2 where the penalty is due, least at -1/4; else it falls by the rate at every move.
      expect(await slope(3)).toBeCloseTo(-1 / 4, 4)
      expect(await slope(4)).toBeCloseTo(-60 * 0.25, 4)
    })
  })

  it('judges the copy by what its network remembers by then, not by what it did at first', async () => {
    // The cost is a square whose least point the network remembers, 1 more at each move: the slope is always 2 (a - remembered).
    const game: Game<{ a: Tensor }, undefined> = {
      a: {
        init: () => tensor1d([0]),
        memory: () => ({ least: scalar(0) }),
        cost: ({ a }, { memory: known, tell }) => {
          const least = known['a/least'] as Scalar
          tell?.('a/least', add(least, 1))
          return { cost: sum(square(sub(a, least))) as Scalar }
        },
      },
    }
    const at = { a: tensor1d([5]) }
    // 5, then half way to 0, to 1, to 2: 2.5, 1.75, 1.875, at which the network remembers 3.
    const once = () => bestResponse(game, 'a', at, { optimizer: sgd(0.25), steps: 3, looks: 1 })
    const { cost } = await once()
    expect(cost.now).toBeCloseTo(25, 5)
    expect(cost.best).toBeCloseTo((1.875 - 3) ** 2, 5)
    const before = memory().numTensors
    ;((await once()).params as Tensor).dispose()
    expect(memory().numTensors).toBe(before)
  })

  it('says what is wrong', async () => {
    const game = bilinear()
    const at = initPlayers(game, key(0))
    const options = { optimizer: sgd(0.1), steps: 1 }
    await expect(bestResponse(game, 'z' as never, at, options)).rejects.toThrow(
      'unknown player "z"; the game\'s players are x, y',
    )
    await expect(bestResponse(game, 'x', at, { ...options, steps: 0 })).rejects.toThrow(
      'steps must be a whole number >= 1',
    )
    await expect(bestResponse(game, 'x', at, { ...options, batches: [] })).rejects.toThrow(
      'at least one batch',
    )
  })
})
