import '@tensorflow/tfjs-backend-cpu'
import { memory, mul, setBackend, sum, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { mend } from './autodiff/index.ts'
import { type Field, fieldOf } from './field.ts'
import type { Game } from './game.ts'
import { gameGradient, hamiltonian, jacobianVector, vectorJacobian } from './jacobian.ts'
import { FLOAT64, registerFloat64, tensor64 } from './testing/float64.ts'
import {
  fieldWith,
  jacobian,
  mixedOnly,
  numbers,
  read,
  type Three,
  times,
  transposed,
  treeOf,
  turn,
} from './three-players.fixture.ts'
import { scoped } from './tree.ts'

beforeAll(async () => {
  registerFloat64()
  await setBackend(FLOAT64)
  mend()
})

const expectClose = (found: number[], exact: number[], tolerance = 1e-12) => {
  expect(found.length).toBe(exact.length)
  expect(Math.max(...exact.map(Math.abs))).toBeGreaterThan(0.1)
  for (const [i, x] of exact.entries())
    expect(Math.abs(found[i]! - x), `entry ${i}`).toBeLessThan(tolerance * Math.max(1, Math.abs(x)))
}

describe('on a quadratic game, where J is known', () => {
  const at = () => treeOf(numbers('w'))
  const v = numbers('v')

  it('jacobianVector is J v, mixed blocks included', async () => {
    expectClose(await read(jacobianVector(fieldWith(0), at(), treeOf(v))), times(jacobian, v))
  })

  it('vectorJacobian is J^T v', async () => {
    expectClose(await read(vectorJacobian(fieldWith(0), at(), treeOf(v))), times(transposed(jacobian), v))
  })

  it('with mixed, both leave out the blocks of each player with itself', async () => {
    const options = { mixed: true }
    expectClose(await read(jacobianVector(fieldWith(0), at(), treeOf(v), options)), times(mixedOnly, v))
    expectClose(
      await read(vectorJacobian(fieldWith(0), at(), treeOf(v), options)),
      times(transposed(mixedOnly), v),
    )
  })

  it('hamiltonian is half the squared length of the gradient, with J^T times the gradient', async () => {
    const g = times(jacobian, numbers('w'))
    const { value, gradient, slope } = hamiltonian(fieldWith(0), at())
    expect((await value.data())[0]).toBeCloseTo(g.reduce((s, x) => s + x * x, 0) / 2, 10)
    expectClose(await read(gradient), g)
    expectClose(await read(slope), times(transposed(jacobian), g))
  })
})

describe('on a game with curvature of every order', () => {
  const bend = 0.7
  const field = fieldWith(bend)
  const w = numbers('w')
  const gradientAt = (numbers: number[]) => read(gameGradient(field, treeOf(numbers)))

  /** J by central differences of the game's gradient, column by column. */
  const differences = async () => {
    const h = 1e-5
    const columns = await Promise.all(
      w.map(async (x, j) => {
        const [up, down] = [await gradientAt(w.with(j, x + h)), await gradientAt(w.with(j, x - h))]
        return up.map((g, i) => (g - down[i]!) / (2 * h))
      }),
    )
    return transposed(columns)
  }

  it('products agree with finite differences of the gradient', async () => {
    const [j, v] = [await differences(), numbers('v')]
    const here = treeOf(w)
    // Neither symmetric nor antisymmetric, so that neither product can stand for the other.
    expect(Math.abs(j[0]![2]! - j[2]![0]!)).toBeGreaterThan(0.1)
    expect(Math.abs(j[0]![2]! + j[2]![0]!)).toBeGreaterThan(0.1)
    expectClose(await read(jacobianVector(field, here, treeOf(v))), times(j, v), 1e-7)
    expectClose(await read(vectorJacobian(field, here, treeOf(v))), times(transposed(j), v), 1e-7)
    const slope = times(transposed(j), await gradientAt(w))
    expectClose(await read(hamiltonian(field, here).slope), slope, 1e-7)
  })

  it('<u, J v> is <J^T u, v>', async () => {
    const [u, v] = [numbers('u'), numbers('v')]
    const here = treeOf(w)
    const product = (a: number[], b: number[]) => a.reduce((s, x, i) => s + x * b[i]!, 0)
    for (const mixed of [false, true]) {
      const one = product(u, await read(jacobianVector(field, here, treeOf(v), { mixed })))
      const other = product(await read(vectorJacobian(field, here, treeOf(u), { mixed })), v)
      expect(Math.abs(one)).toBeGreaterThan(0.05)
      expect(one).toBeCloseTo(other, 12)
    }
  })

  it('leaves no tensors but the products', () => {
    const [here, v] = [treeOf(w), treeOf(numbers('v'))]
    const before = memory().numTensors
    scoped(() => {
      jacobianVector(field, here, v, { mixed: true })
      vectorJacobian(field, here, v, { mixed: true })
      hamiltonian(field, here)
    })
    expect(memory().numTensors).toBe(before)
    jacobianVector(field, here, v)
    expect(memory().numTensors).toBe(before + 4)
    vectorJacobian(field, here, v)
    expect(memory().numTensors).toBe(before + 8)
  })
})

it('sees the field under the salt given', () => {
  const salts: (number | undefined)[] = []
  const field = fieldWith(0)
  const noted: Field<Three> = (who, at, salt) => {
    salts.push(salt)
    return field(who, at, salt)
  }
  const [here, v] = [treeOf(numbers('w')), treeOf(numbers('v'))]
  jacobianVector(noted, here, v, { salt: 4 })
  vectorJacobian(noted, here, v, { salt: 4 })
  hamiltonian(noted, here, 4)
  gameGradient(noted, here, 4)
  expect(new Set(salts)).toEqual(new Set([4]))
})

it('of a single player there are no mixed blocks', async () => {
  const alone: Game<{ x: Tensor }, null> = {
    x: { init: () => tensor64([2], [1]), cost: ({ x }) => ({ cost: sum(mul(x, x)) }) },
  }
  const [field, x] = [fieldOf(alone, () => turn), tensor64([2], [1])]
  const v = { x: tensor64([3], [1]) }
  expect(await read(jacobianVector(field, { x }, v))).toEqual([6])
  expect(await read(vectorJacobian(field, { x }, v))).toEqual([6])
  expect(await read(jacobianVector(field, { x }, v, { mixed: true }))).toEqual([0])
  expect(await read(vectorJacobian(field, { x }, v, { mixed: true }))).toEqual([0])
})
