import { type BatchMatMulAttrs, matMul, reshape, type Tensor } from '@tensorflow/tfjs-core'
import { type Rule, rule } from '../rule.ts'
import { unbroadcast } from './shared.ts'

/** Rows of all batches joined: one large product instead of many small ones and a sum. */
const rows = (x: Tensor) => reshape(x, [-1, x.shape[x.rank - 1]!])

const batchMatMul = rule<BatchMatMulAttrs>('BatchMatMul', { inputs: ['a', 'b'] }, (dy, at) => {
  const { transposeA: ta, transposeB: tb } = at.attrs
  const [a, b] = [at.input('a'), at.input('b')]
  const oneMatrix = b.shape.slice(0, -2).every(size => size === 1)
  return {
    a: () => {
      if (!ta) return unbroadcast(matMul(dy, b, false, !tb), a.shape)
      return unbroadcast(matMul(b, dy, tb, true), a.shape)
    },
    b: () => {
      if (!ta && oneMatrix && dy.rank > 2) {
        const [left, right] = tb ? [rows(dy), rows(a)] : [rows(a), rows(dy)]
        return reshape(matMul(left, right, true, false), b.shape)
      }
      if (!tb) return unbroadcast(matMul(a, dy, !ta, false), b.shape)
      return unbroadcast(matMul(dy, a, true, ta), b.shape)
    },
  }
})

export const matmul: readonly Rule[] = [batchMatMul]
