import '@tensorflow/tfjs-backend-cpu'
import {
  add,
  memory,
  mul,
  type Scalar,
  setBackend,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  tensor1d,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  alternating,
  type Game,
  makeStep,
  normal,
  release,
  type Slot,
  sgd,
  simultaneous,
  tensorsOf,
} from './index.ts'
import { leaves } from './tree.ts'

beforeAll(() => setBackend('cpu'))

type Pursuit = { hunter: Tensor; prey: Tensor }

/** The hunter closes in on the prey, the prey on the batch's mean plus noise; the hunter counts what it saw. */
const pursuit: Game<Pursuit, Tensor> = {
  hunter: {
    init: k => normal(k, [2]),
    memory: () => ({ seen: tensor1d([0, 0]) }),
    cost: (all, turn) => {
      turn.tell?.('hunter/seen', add(turn.memory['hunter/seen']!, 1))
      turn.tell?.('hunter/unknown', all.hunter)
      return { cost: sum(square(sub(all.hunter, all.prey))) }
    },
  },
  prey: {
    init: k => normal(k, [2]),
    cost: (all, turn) => {
      const target = add(sum(turn.batch, 0), normal(turn.key, [2]))
      return { cost: sum(square(sub(all.prey, target))) as Scalar, aux: { target } }
    },
  },
}

const parts = { game: pursuit, dynamics: alternating({ hunter: 2 }), optimizer: sgd(0.1) }
const batches = () => [tensor([[1, 2]]), tensor([[3, 4]])]
const numbers = async (tree: Parameters<typeof leaves>[0]) =>
  Promise.all(leaves(tree as Tensor).map(async t => [...(await t.data())]))

describe('step', () => {
  it('is a pure function of state and batches: the same in, the same out, bit for bit', async () => {
    const step = makeStep(parts)
    const start = step.init(3)
    const before = await numbers(tensorsOf(start))
    const a = step.next(start, batches())
    const b = step.next(start, batches())
    expect(await numbers(tensorsOf(a))).toEqual(await numbers(tensorsOf(b)))
    expect(await numbers(tensorsOf(start))).toEqual(before)
    expect(a.step).toBe(1)
  })

  it('uses different noise at every step, and the seed decides all of it', async () => {
    const targets: Slot<{ last: Tensor }> = {
      init: () => ({ last: tensor1d([0, 0]) }),
      next: (_, now) => ({ last: add(now.aux.prey!.target as Tensor, 0) }),
    }
    const step = makeStep({ ...parts, slots: { targets } })
    const run = async (seed: number) => {
      const first = step.next(step.init(seed), batches())
      const second = step.next(first, batches())
      return [await numbers(first.slots.targets!), await numbers(second.slots.targets!)].map(String)
    }
    const [one, two] = await run(1)
    expect(one).not.toBe(two)
    expect(await run(1)).toEqual([one, two])
    expect((await run(2))[0]).not.toBe(one)
  })

  it('carries memory that was declared, and drops what was not', async () => {
    const step = makeStep(parts)
    const state = step.next(step.next(step.init(0), batches()), batches())
    expect(Object.keys(state.memory)).toEqual(['hunter/seen'])
    expect([...(await state.memory['hunter/seen']!.data())]).toEqual([2, 2])
  })

  it('keeps the number of tensors constant over 1,000 steps', () => {
    const step = makeStep(parts)
    const data = batches()
    let state = step.init(0)
    const advance = () => {
      const next = step.next(state, data)
      release(tensorsOf(state), tensorsOf(next))
      state = next
    }
    advance()
    const before = memory().numTensors
    for (let i = 0; i < 1000; i++) advance()
    expect(memory().numTensors).toBe(before)
    expect(state.step).toBe(1001)
  })

  it('reports every player its whole cost', async () => {
    const step = makeStep({ ...parts, dynamics: simultaneous() })
    const state = step.next(step.init(0), [tensor([[1, 2]])])
    expect(Object.keys(state.stats)).toEqual(['hunter', 'prey'])
    expect((await state.stats.hunter.cost!.data())[0]).toBeGreaterThan(0)
  })

  it.each([
    [{ ...parts, game: {} }, /at least one player, got none/],
    [{ ...parts, game: { hunter: { init: () => mul(1, 1) } } }, /player "hunter" has no cost/],
    [{ ...parts, optimizer: { hunter: sgd(1) } }, /no optimizer for player "prey".*hunter, prey/],
    [{ ...parts, dynamics: alternating({ fox: 1 }) }, /no player "fox"; its players are hunter, prey/],
  ])('refuses parts that do not fit (%#)', (wrong, message) => {
    expect(() => makeStep(wrong as unknown as typeof parts)).toThrow(message)
  })

  it('refuses the wrong number of sub-batches', () => {
    const step = makeStep(parts)
    expect(() => step.next(step.init(0), [tensor([[1, 2]])])).toThrow('takes 2 sub-batches a step, got 1')
  })
})
