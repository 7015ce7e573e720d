import { add, concat, matMul, mul, reshape, type Scalar, sin, sum, type Tensor } from '@tensorflow/tfjs-core'
import { type Field, fieldOf } from './field.ts'
import type { Game, Players, Turn } from './game.ts'
import { fold, key } from './key.ts'
import { tensor64 } from './testing/float64.ts'
import { direction } from './testing/samples.ts'
import { leaves, type Tree } from './tree.ts'

export const turn: Turn<null> = {
  batch: null,
  key: key(0),
  clock: { step: undefined as unknown as Scalar, due: () => false },
  memory: {},
  slots: {},
}

/** The player of each of the six numbers of all players. */
export const owners: readonly string[] = ['a', 'a', 'b', 'b', 'b', 'c']
export const size = owners.length
export const numbers = (name: string, n = size) => [...direction(n, fold(key(3), name))]

/** Three players in trees of different make. */
export const treeOf = ([a1, a2, b1, b2, b3, c]: readonly number[]) => ({
  a: tensor64([a1!, a2!], [2]),
  b: { kernel: tensor64([b1!, b2!], [2, 1]), bias: [tensor64([b3!], [1])] },
  c: tensor64([c!], []),
})
export type Three = ReturnType<typeof treeOf>

export const read = async (tree: Tree): Promise<number[]> =>
  (await Promise.all(leaves<Tensor>(tree).map(t => t.data()))).flatMap(d => [...d])

/** All numbers of all players, [6, 1]. */
const column = (all: Three): Tensor =>
  concat(
    leaves<Tensor>(all as Players).map(t => reshape(t, [-1, 1])),
    0,
  )

/** A symmetric matrix for each player's cost. */
export const matrices = Object.fromEntries(
  ['a', 'b', 'c'].map(who => {
    const m = numbers(`m ${who}`, size * size)
    return [
      who,
      Array.from({ length: size }, (_, i) =>
        Array.from({ length: size }, (_, j) => m[i * size + j]! + m[j * size + i]!),
      ),
    ]
  }),
)

/** Player i minimises w'M_i w / 2, and `bend` times the sum of sin(w_j w_k) m_jk. */
export const threePlayers = (bend: number): Game<Three, null> => {
  const player = (who: keyof Three) => ({
    init: () => treeOf(numbers('w'))[who] as never,
    cost: (all: Three) => {
      const w = column(all)
      const products = matMul(w, w, false, true)
      const m = tensor64(matrices[who]!.flat(), [size, size])
      const cost = add(mul(0.5, sum(mul(m, products))), mul(bend, sum(mul(m, sin(products)))))
      return { cost: cost as Scalar }
    },
  })
  return { a: player('a'), b: player('b'), c: player('c') }
}
export const fieldWith = (bend: number): Field<Three> => fieldOf(threePlayers(bend), () => turn)

/** Row i of J is row i of the matrix of the player whom number i belongs to. */
export const jacobian = owners.map((who, i) => matrices[who]![i]!)
export const mixedOnly = jacobian.map((row, i) => row.map((x, j) => (owners[i] === owners[j] ? 0 : x)))
export const transposed = (m: number[][]) => m[0]!.map((_, j) => m.map(row => row[j]!))
export const times = (m: number[][], v: number[]) => m.map(row => row.reduce((s, x, j) => s + x * v[j]!, 0))
