import {
  bilinear,
  type DiracPlayers,
  dirac,
  fold,
  gan,
  gaussianLatent,
  initPlayers,
  key,
  type Network,
  normal,
  type Players,
  quadratic,
} from '@equilibria/core'
import { FLOAT64, registerFloat64 } from '@equilibria/core/testing'
import { minimax, nonSaturating, r1 } from '@equilibria/losses'
import { add, matMul, memory, reshape, setBackend, type Tensor, tanh, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { arnoldi } from './arnoldi.ts'
import { eigenvalues } from './eigenvalues.ts'
import { fieldVector, fromColumns, jacobian, jacobianProducts } from './jacobian.ts'
import { rotationEstimate } from './rotation.ts'
import { split } from './split.ts'
import { stillField } from './still.ts'
import { numbersOf, treeOf } from './vectors.ts'

const sight = { batch: undefined }

/** Three players of 2, 1 and 2 numbers: the field is A w + b with rows of A from each player's own matrix. */
const costs = {
  a: {
    matrix: [
      [2, 1, 0, 3, -1],
      [1, 1, 2, 0, 1],
      [0, 2, 4, 1, 0],
      [3, 0, 1, 1, 0],
      [-1, 1, 0, 0, 2],
    ],
    linear: [1, 0, 0, 0, 0],
  },
  b: {
    matrix: [
      [1, 0, -2, 0, 0],
      [0, 1, 1, 0, 0],
      [-2, 1, 3, 0, 2],
      [0, 0, 0, 1, 0],
      [0, 0, 2, 0, 1],
    ],
  },
  c: {
    matrix: [
      [1, 0, 0, 2, 1],
      [0, 1, 0, -1, 0],
      [0, 0, 1, 0, -3],
      [2, -1, 0, 5, 1],
      [1, 0, -3, 1, 2],
    ],
  },
} as const
const three = quadratic({ costs, sizes: { a: 2, c: 2 } })
const expected = [
  costs.a.matrix[0],
  costs.a.matrix[1],
  costs.b.matrix[2],
  costs.c.matrix[3],
  costs.c.matrix[4],
]
const [zero, somewhere] = [{} as DiracPlayers, {} as { a: Tensor; b: Tensor; c: Tensor }]

beforeAll(async () => {
  registerFloat64()
  await setBackend(FLOAT64)
  Object.assign(zero, { critic: tensor1d([0]), generator: tensor1d([0]) })
  Object.assign(somewhere, { a: tensor1d([1, -2]), b: tensor1d([0.5]), c: tensor1d([3, 1]) })
})

describe('jacobian', () => {
  it('of a quadratic game is its matrix, rows by player', async () => {
    const found = await jacobian(stillField(three, sight), somewhere)
    for (const [i, row] of found.entries())
      for (const [j, x] of row.entries()) expect(x, `${i},${j}`).toBeCloseTo(expected[i]![j]!, 10)
  })

  it('agrees with its products on either side, and with differences of the field', async () => {
    const field = stillField(three, sight)
    const { left } = jacobianProducts(field, somewhere)
    const transposed = await fromColumns(left, 5)
    const at = await numbersOf(somewhere)
    const h = 2 ** -4
    for (let j = 0; j < 5; j++) {
      const [up, down] = await Promise.all(
        [h, -h].map(d =>
          fieldVector(field, treeOf(somewhere as Players, at.with(j, at[j]! + d)) as typeof somewhere),
        ),
      )
      for (let i = 0; i < 5; i++) {
        expect(transposed[j]![i]).toBeCloseTo(expected[i]![j]!, 10)
        expect((up![i]! - down![i]!) / (2 * h)).toBeCloseTo(expected[i]![j]!, 10)
      }
    }
  })

  it('leaves no tensors behind', async () => {
    const field = stillField(three, sight)
    await jacobian(field, somewhere)
    const before = memory().numTensors
    await jacobian(field, somewhere)
    await rotationEstimate(field, somewhere, { directions: 2 })
    expect(memory().numTensors).toBe(before)
  })

  it.each([
    ['minimax', minimax()],
    ['non-saturating', nonSaturating()],
  ])('of the Dirac-GAN, %s: eigenvalues of descent ±i/2', async (_name, loss) => {
    const values = eigenvalues(await jacobian(stillField(dirac({ loss }), sight), zero))
    for (const { re } of values) expect(re).toBeCloseTo(0, 10)
    expect(values.map(z => z.im)).toEqual([expect.closeTo(0.5, 10), expect.closeTo(-0.5, 10)])
  })

  it.each([0.25, 1, 2.5])('of the Dirac-GAN with R1 of weight %s: -g/2 ± sqrt(g²/4 - 1/4)', async g => {
    const game = dirac({ loss: minimax(), criticTerms: { r1: r1(g) } })
    // Ascending in the field is descending in -field.
    const values = eigenvalues(await jacobian(stillField(game, sight), zero)).map(({ re, im }) => ({
      re: -re,
      im,
    }))
    const inside = (g * g) / 4 - 1 / 4
    const root = Math.sqrt(Math.abs(inside))
    const exact =
      inside < 0
        ? [
            [-g / 2, root],
            [-g / 2, -root],
          ]
        : [
            [-g / 2 - root, 0],
            [-g / 2 + root, 0],
          ]
    for (const [i, z] of values.entries()) {
      // A double eigenvalue has the root of the rounding error.
      expect(z.re).toBeCloseTo(exact[i]![0]!, g === 1 ? 6 : 9)
      expect(z.im).toBeCloseTo(exact[i]![1]!, g === 1 ? 6 : 9)
    }
  })

  it('Arnoldi on products finds what the dense method finds: plus and minus i times the singular values', async () => {
    // Orthogonal columns of lengths 5 and 2.5: these are the singular values.
    const game = bilinear({
      matrix: [
        [3, -2],
        [4, 1.5],
      ],
    })
    const at = { x: tensor1d([1, 2]), y: tensor1d([-1, 0.5]) }
    const { right } = jacobianProducts(stillField(game, sight), at)
    const { values, converged } = await arnoldi(right, { size: 4, wanted: 'largest', count: 4 })
    expect(converged).toBe(true)
    expect(values.map(v => Math.abs(v.value.im))).toEqual([5, 5, 2.5, 2.5].map(s => expect.closeTo(s, 6)))
    for (const { value } of values) expect(value.re).toBeCloseTo(0, 6)
  })
})

describe('a small GAN', () => {
  it('has the same outermost eigenvalues by Arnoldi as dense', async () => {
    const layer = (p: { w: Tensor; b: Tensor }, x: Tensor) => add(matMul(x as never, p.w as never), p.b)
    const network = (inputs: number, outputs: number): Network => ({
      init: k => ({
        one: { w: normal(fold(k, 1), [inputs, 4]), b: normal(fold(k, 2), [4]) },
        two: { w: normal(fold(k, 3), [4, outputs]), b: normal(fold(k, 4), [outputs]) },
      }),
      apply: (p, x) => {
        const { one, two } = p as Record<'one' | 'two', { w: Tensor; b: Tensor }>
        const y = layer(two, tanh(layer(one, x)))
        return outputs === 1 ? reshape(y, [-1]) : y
      },
    })
    const game = gan({
      generator: network(2, 2),
      critic: network(2, 1),
      latent: gaussianLatent(2),
      loss: minimax(),
      criticTerms: { r1: r1(1) },
    })
    const at = initPlayers(game, key(5))
    const field = stillField(game, { batch: { data: normal(key(6), [16, 2]) } })
    const dense = eigenvalues(await jacobian(field, at))
    expect(dense.length).toBe(17 + 22)
    expect(dense.some(z => z.im > 0.01)).toBe(true)
    const { right } = jacobianProducts(field, at)
    for (const [wanted, reach] of [
      ['rightmost', 1],
      ['leftmost', -1],
    ] as const) {
      const { values } = await arnoldi(right, { size: dense.length, wanted, count: 3 })
      const best = [...dense].sort((a, b) => reach * (b.re - a.re)).slice(0, 3)
      for (const [i, { value }] of values.entries()) {
        expect(value.re).toBeCloseTo(best[i]!.re, 5)
        expect(Math.abs(value.im)).toBeCloseTo(Math.abs(best[i]!.im), 5)
      }
    }
  })
})

describe('split', () => {
  it('is 1 for a bilinear game, 0 for a shared cost, between for others; parts add up', async () => {
    const turning = await jacobian(stillField(bilinear(), sight), { x: tensor1d([1]), y: tensor1d([2]) })
    expect(split(turning).rotation).toBeCloseTo(1, 12)
    const shared = {
      matrix: [
        [2, 1],
        [1, 3],
      ],
    }
    const pulling = quadratic({ costs: { a: shared, b: shared } })
    expect(
      split(await jacobian(stillField(pulling, sight), { a: tensor1d([1]), b: tensor1d([2]) })).rotation,
    ).toBeCloseTo(0, 12)
    const { symmetric, antisymmetric, rotation } = split(expected)
    for (let i = 0; i < 5; i++)
      for (let j = 0; j < 5; j++) {
        expect(symmetric[i]![j]! + antisymmetric[i]![j]!).toBeCloseTo(expected[i]![j]!, 12)
        expect(symmetric[i]![j]).toBe(symmetric[j]![i])
        expect(antisymmetric[i]![j]).toBe(0 - antisymmetric[j]![i]!)
      }
    expect(rotation).toBeGreaterThan(0.05)
    expect(rotation).toBeLessThan(0.5)
    expect(split([[0]]).rotation).toBe(0)
    expect(() => split([[1, 2]])).toThrow('expected a square matrix')
  })

  it('is estimated from products', async () => {
    const estimate = await rotationEstimate(stillField(three, sight), somewhere, { directions: 60 })
    expect(Math.abs(estimate - split(expected).rotation)).toBeLessThan(0.04)
    // Nothing is random where one part is missing.
    const game = bilinear({
      matrix: [
        [3, 1],
        [4, 1],
      ],
    })
    const at = { x: tensor1d([1, 2]), y: tensor1d([-1, 0.5]) }
    expect(await rotationEstimate(stillField(game, sight), at, { directions: 1 })).toBeCloseTo(1, 12)
    await expect(rotationEstimate(stillField(game, sight), at, { directions: 0 })).rejects.toThrow(
      'directions must be',
    )
  })
})
