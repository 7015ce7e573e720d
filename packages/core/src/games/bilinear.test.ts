import { tensor1d } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { bilinear, initPlayers, key } from '../index.ts'
import { jacobian, look, onCpu, values } from './games.fixture.ts'

onCpu()

const matrix = [
  [1, 2, 0],
  [-1, 0.5, 3],
]

describe('bilinear', () => {
  it("gives x the cost x'Ay and y its negative", () => {
    const game = bilinear({ matrix })
    const at = { x: tensor1d([2, 4]), y: tensor1d([1, -1, 0.5]) }
    // Ay = (-1, 0), A'x = (-2, 6, 12)
    const [x, y] = [look(game, 'x', at, null), look(game, 'y', at, null)]
    expect(values(x.cost)).toEqual([-2])
    expect(values(y.cost)).toEqual([2])
    expect(values(x.grads)).toEqual([-1, 0])
    expect(values(y.grads)).toEqual([2, -6, -12])
  })

  it('has the antisymmetric Jacobian [[0, A], [-A, 0]]', () => {
    const game = bilinear({ matrix })
    expect(jacobian(game, { x: tensor1d([2, 4]), y: tensor1d([1, -1, 0.5]) })).toEqual([
      [0, 0, 1, 2, 0],
      [0, 0, -1, 0.5, 3],
      [-1, 1, 0, 0, 0],
      [-2, -0.5, 0, 0, 0],
      [0, -3, 0, 0, 0],
    ])
  })

  it('starts where it is told, and otherwise at keyed numbers', () => {
    const start = (seed: number, from = {}) => {
      const at = initPlayers(bilinear({ from }), key(seed))
      return [...values(at.x), ...values(at.y)]
    }
    expect(start(0, { x: [3], y: [4] })).toEqual([3, 4])
    expect(start(1)).toEqual(start(1))
    expect(start(1)).not.toEqual(start(2))
    expect(start(1, { x: [7] })).toEqual([7, start(1)[1]])
  })

  it.each([
    [{ matrix: [] }, 'bilinear: matrix: expected rows of numbers like [[1, 0], [0, 1]], got []'],
    [{ matrix: [[1, 2], [3]] }, 'bilinear: matrix, row 1: expected a list of 2 finite numbers, got [3]'],
    [{ matrix: [[Number.NaN]] }, 'bilinear: matrix, row 0: expected a list of 1 finite numbers'],
    [{ from: { z: [1] } }, 'bilinear: from has a player "z"; the game\'s players are x, y'],
    [{ from: { x: [1, 2] } }, 'bilinear: from.x: expected a list of 1 finite numbers, got [1,2]'],
  ])('refuses %j', (options, message) => {
    expect(() => bilinear(options)).toThrow(message)
  })
})
