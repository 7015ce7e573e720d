import { tensor1d } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { makeStep, quadratic, scoped, sgd, simultaneous } from '../index.ts'
import { jacobian, look, onCpu, values } from './games.fixture.ts'

onCpu()

// Three players, one of two numbers; matrices without symmetry.
const costs = {
  a: {
    matrix: [
      [1, 2, 0, 1],
      [0, 3, 1, 0],
      [1, 0, 0, 2],
      [-1, 0, 0, 1],
    ],
    linear: [1, -2, 5, 5],
  },
  b: {
    matrix: [
      [0, 0, 1, 0],
      [0, 0, 0, 0],
      [0, 4, 2, 0],
      [0, 0, -3, 0],
    ],
  },
  c: {
    matrix: [
      [0, 0, 0, 1],
      [0, 0, 0, 0],
      [0, 0, 0, 3],
      [0, 2, 0, 4],
    ],
    linear: [0, 0, 0, -1],
  },
}
const sizes = { a: 2 }
const w = [1, -1, 2, 3]
const at = () => ({ a: tensor1d([1, -1]), b: tensor1d([2]), c: tensor1d([3]) })

/** Row blocks of (M + M') / 2, by hand. */
const symmetric = (m: readonly number[][], row: number) => m[row]!.map((v, j) => (v + m[j]![row]!) / 2)

describe('quadratic', () => {
  const game = quadratic({ costs, sizes })

  it("gives each player w'Mw / 2 + b'w", () => {
    for (const [who, { matrix, ...rest }] of Object.entries(costs)) {
      const b = 'linear' in rest ? rest.linear : [0, 0, 0, 0]
      const expected = w.reduce(
        (sum, wi, i) => sum + b[i]! * wi + w.reduce((s, wj, j) => s + 0.5 * wi * matrix[i]![j]! * wj, 0),
        0,
      )
      expect(values(look(game, who, at(), null).cost), who).toEqual([expected])
    }
  })

  it("has the affine field whose rows are those of each player's symmetrised matrix", () => {
    expect(jacobian(game, at())).toEqual([
      symmetric(costs.a.matrix, 0),
      symmetric(costs.a.matrix, 1),
      symmetric(costs.b.matrix, 2),
      symmetric(costs.c.matrix, 3),
    ])
  })

  it('three players in a ring, each following the next, find the equilibrium that linear algebra gives', async () => {
    // Player i wants to be at half of the next one's place, plus 1: at the equilibrium all are at 2.
    const follow = (i: number) => {
      const matrix = [0, 1, 2].map(() => [0, 0, 0])
      matrix[i]![i] = 1
      matrix[i]![(i + 1) % 3] = -1
      return { matrix, linear: [0, 1, 2].map(j => (j === i ? -1 : 0)) }
    }
    const ring = quadratic({ costs: { p: follow(0), q: follow(1), r: follow(2) } })
    const step = makeStep({ game: ring, dynamics: simultaneous(), optimizer: sgd(0.5) })
    let state = step.init(3)
    for (let i = 0; i < 100; i++) state = scoped(() => step.next(state, [null]))
    for (const player of ['p', 'q', 'r'])
      expect((await state.params[player]!.data())[0], player).toBeCloseTo(2, 4)
  })

  it.each([
    [{ costs: {} }, 'quadratic: expected a cost for each player, got none'],
    [
      { costs: { x: { matrix: [[1, 0]] } } },
      'quadratic: costs.x.matrix must be 1 x 1, for the 1 numbers of all players, got 1 x 2',
    ],
    [
      { costs: { x: { matrix: [[1]], linear: [1, 2] } } },
      'quadratic: costs.x.linear: expected a list of 1 finite numbers, got [1,2]',
    ],
    [
      { costs: { x: { matrix: [[1]] } }, sizes: { y: 1 } },
      'quadratic: player "y" has a size but no cost; costs are given for x',
    ],
    [
      { costs: { x: { matrix: [[1]] } }, sizes: { x: 0 } },
      'quadratic: sizes.x must be a whole number >= 1, got 0',
    ],
  ])('refuses %j', (options, message) => {
    expect(() => quadratic(options)).toThrow(message)
  })
})
