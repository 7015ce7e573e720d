import { adam, type Engine, type Loss, sgd, simultaneous } from '@equilibria/core'
import { add, mean, memory, mul, neg, setBackend, sqrt, tensor } from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { memoryStore } from './checkpoint.ts'
import { DivergenceError, diagnose } from './divergence.ts'
import { logistic, ring, tinyGame } from './tiny.fixture.ts'
import { train } from './train.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

const small = { game: tinyGame(4), optimizer: adam(1e-3), data: ring, batch: 4 }

describe('divergence', () => {
  /** Feeds NaN to one step. */
  const breaksAt = (step: number): Engine => ({
    name: 'breaks',
    prepare: s => ({
      name: 'breaks',
      advance: (state, batches) => {
        if (state.step + 1 !== step) return s.next(state, batches)
        const data = tensor([[Number.NaN, 0]])
        const next = s.next(state, batches.map(() => ({ data })) as never)
        data.dispose()
        return next
      },
    }),
  })

  it('stops with the player, the term and the step, and keeps the last good checkpoint', async () => {
    const before = memory().numTensors
    const store = memoryStore()
    const failing = train({
      ...small,
      dynamics: simultaneous(),
      steps: 50,
      store,
      every: { checkpoint: 10 },
      engine: breaksAt(23),
    })
    const error = await failing.then(
      () => undefined,
      e => e as DivergenceError,
    )
    expect(error).toBeInstanceOf(DivergenceError)
    expect(error).toMatchObject({ player: 'critic', term: 'real', step: 23 })
    expect(error!.message).toMatch(
      /step 23: critic\/real is NaN \(it was .* a step earlier\); so are critic\/loss/,
    )
    expect(error!.message).toMatch(/checkpoint of step 20 in memory is sound/)
    expect(store.last!.step).toBe(20)
    for (const { data } of store.last!.tensors.params!.values())
      expect(data.every(Number.isFinite)).toBe(true)
    expect(memory().numTensors).toBe(before)
  })

  it('does not save parameters broken by the very step that is saved', async () => {
    const store = memoryStore()
    const failing = train({
      ...small,
      steps: 20,
      store,
      every: { checkpoint: 10 },
      engine: breaksAt(10),
      dynamics: simultaneous(),
    })
    await expect(failing).rejects.toMatchObject({ step: 10 })
    expect(store.last).toBeUndefined()
  })

  it('finds bad parameters behind finite costs', async () => {
    const store = memoryStore()
    // The gradient of sqrt at 0 is not finite, its value is.
    const loss: Loss = {
      ...logistic,
      critic: (real, fake) => add(logistic.critic(real, fake), sqrt(mul(mean(real), 0))),
    }
    const failing = train({
      ...small,
      game: tinyGame(4, loss),
      dynamics: simultaneous(),
      steps: 1,
      store,
    })
    const error = await failing.then(
      () => undefined,
      e => e as DivergenceError,
    )
    expect(error).toMatchObject({ player: 'critic', step: 1 })
    expect(error!.term).toMatch(/^params\/critic\//)
    expect(store.last).toBeUndefined()
  })

  it('comes of a learning rate that is far too large', async () => {
    // Costs that have no floor: both players can win without end.
    const loss: Loss = { critic: (real, fake) => mean(mul(real, fake)), generator: fake => mean(neg(fake)) }
    const failing = train({ ...small, game: tinyGame(4, loss), optimizer: sgd(1e3), steps: 500 })
    await expect(failing).rejects.toThrow(/training diverged at step \d+: .*learning rate/)
  })

  it.each([
    [
      'loss',
      { real: 1, fake: 2, loss: Number.POSITIVE_INFINITY, cost: Number.NaN },
      { loss: 80 },
      /critic\/loss is Infinity \(it was 80 a step earlier\); so are critic\/cost\. The outputs it is made of are finite/,
    ],
    [
      'r1',
      { real: 1, fake: 2, loss: 1, r1: Number.NaN, cost: Number.NaN },
      { r1: 0.25 },
      /The term "r1" itself is not finite/,
    ],
    ['fake', { real: 1, fake: Number.NaN }, { fake: 3e7 }, /grew without bound/],
    ['fake', { real: 1, fake: Number.NaN }, { fake: 3 }, /broke at once/],
    ['real', { real: Number.NaN }, undefined, /critic\/real is NaN\. /],
  ])('is laid to the term "%s" of %o', (term, stats, before, message) => {
    const error = diagnose(9, { critic: stats, generator: { cost: 1 } }, before && { critic: before })!
    expect(error).toMatchObject({ player: 'critic', term, step: 9 })
    expect(error.message).toMatch(message)
  })

  it('is not seen in finite numbers', () => {
    expect(diagnose(1, { critic: { cost: 1e38 } }, undefined)).toBeUndefined()
  })
})
