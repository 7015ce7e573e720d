import '@tensorflow/tfjs-backend-cpu'
import {
  add,
  memory,
  mul,
  type Scalar,
  scalar,
  setBackend,
  square,
  sum,
  type Tensor,
  tensor1d,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { gradients, mend } from './autodiff/index.ts'
import { fieldOf } from './field.ts'
import type { Game, Turn } from './game.ts'
import { key } from './key.ts'
import { scoped } from './tree.ts'

beforeAll(async () => {
  await setBackend('cpu')
  mend()
})

type Duel = { x: Tensor; y: { v: Tensor } }

/** x minimises sum(x * y^2) + 3 sum(x), y minimises sum(y * x^3): every derivative is known by hand. */
const duel: Game<Duel, null> = {
  x: {
    init: () => tensor1d([1, 2]),
    cost: (all, turn) => {
      const cost = add(sum(mul(all.x, square(all.y.v))), mul(3, sum(all.x))) as Scalar
      turn.tell?.('x/seen', mul(all.x, 2))
      return { cost, stats: { half: mul(cost, 0.5) }, aux: { batch: turn.clock.step.clone() } }
    },
  },
  y: {
    init: () => ({ v: tensor1d([3, 4]) }),
    cost: all => ({ cost: sum(mul(all.y.v, mul(all.x, square(all.x)))) }),
  },
}
const turn: Turn<null> = {
  batch: null,
  key: key(0),
  clock: { step: scalar(5), due: () => false },
  memory: {},
  slots: {},
}
const here = () => ({ x: duel.x.init(key(0)), y: duel.y.init(key(0)) })

describe('field', () => {
  it("gives each player's gradient of its own cost", async () => {
    const field = fieldOf(duel, () => turn)
    const at = here()
    expect([...(await field('x', at).grads.data())]).toEqual([12, 19])
    expect([...(await field('y', at).grads.v.data())]).toEqual([1, 8])
  })

  it('hands out cost, statistics, aux and what networks told', async () => {
    const evaluation = fieldOf(duel, () => turn)('x', here())
    expect((await evaluation.cost.data())[0]).toBe(50)
    expect((await evaluation.stats.half!.data())[0]).toBe(25)
    expect((await (evaluation.aux.batch as Tensor).data())[0]).toBe(5)
    expect([...(await evaluation.told['x/seen']!.data())]).toEqual([2, 4])
  })

  it('is differentiable, mixed derivatives between players included', async () => {
    const field = fieldOf(duel, () => turn)
    const at = here()
    const { grads } = gradients(() => sum(field('x', at).grads) as Scalar, [at.x, at.y.v])
    expect([...(await grads[0]!.data())]).toEqual([0, 0])
    // d/dy (y^2 + 3) = 2 y
    expect([...(await grads[1]!.data())]).toEqual([6, 8])
    const other = gradients(() => sum(field('y', at).grads.v) as Scalar, [at.x])
    // d/dx x^3 = 3 x^2
    expect([...(await other.grads[0]!.data())]).toEqual([3, 12])
  })

  it('is the partial derivative also where the others answer what is differentiated', async () => {
    const field = fieldOf(duel, () => turn)
    const { x } = here()
    // With y = 2 x, x's own gradient is y^2 + 3 = 4 x^2 + 3; the way through y, 2 x y dy/dx, is not its own.
    const { value, grads } = gradients(() => sum(field('x', { x, y: { v: mul(2, x) } }).grads) as Scalar, [x])
    expect((await value.data())[0]).toBe(7 + 19)
    expect([...(await grads[0]!.data())]).toEqual([8, 16])
  })

  it('leaves nothing behind in a scope', () => {
    const at = here()
    const before = memory().numTensors
    scoped(() => {
      fieldOf(duel, () => turn)('x', at)
    })
    expect(memory().numTensors).toBe(before)
  })

  it('names the players it knows when asked for another', () => {
    expect(() => fieldOf(duel, () => turn)('z' as 'x', here())).toThrow(
      'unknown player "z"; the game\'s players are x, y',
    )
  })
})
