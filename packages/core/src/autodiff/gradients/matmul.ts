import {
  type BatchMatMulAttrs,
  type EinsumAttrs,
  einsum,
  matMul,
  mul,
  reshape,
  sum,
  type Tensor,
  transpose,
} from '@tensorflow/tfjs-core'
import { type Rule, rule } from '../rule.ts'
import { expand, unbroadcast } from './shared.ts'

/** Rows of all batches joined: one large product instead of many small ones and a sum. */
const rows = (x: Tensor) => reshape(x, [-1, x.shape[x.rank - 1]!])

/** The kernels step through the batches of both operands in order, each from its start again when it ends. */
function checkBatches(a: number[], b: number[], out: number[]): void {
  for (const shape of [a, b]) {
    const batches = shape.slice(0, -2)
    while (batches[0] === 1) batches.shift()
    const last = out.slice(0, -2).slice(-batches.length || out.length)
    if (last.join() !== batches.join()) {
      throw new Error(
        `matMul of [${a}] and [${b}] has no gradient: tfjs's kernels repeat batches wrongly unless one operand's batch ` +
          'axes are the last of the result; use broadcastTo first',
      )
    }
  }
}

const batchMatMul = rule<BatchMatMulAttrs>('BatchMatMul', { inputs: ['a', 'b'] }, (dy, at) => {
  const { transposeA: ta, transposeB: tb } = at.attrs
  const [a, b] = [at.input('a'), at.input('b')]
  checkBatches(a.shape, b.shape, dy.shape)
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

/**
 * The gradient of an operand is the product of dy with the other operand, with the labels exchanged; labels that only
 * this operand has were summed over, and are repeated.
 */
function operandGradient(
  dy: Tensor,
  out: string,
  own: string,
  shape: number[],
  other?: { x: Tensor; labels: string },
) {
  const known = [...own].filter(label => out.includes(label) || other?.labels.includes(label)).join('')
  const summed = [...own].flatMap((label, i) => (known.includes(label) ? [] : [i]))
  const back = (dx: Tensor) => expand(dx, shape, summed)
  if (!other) return back(rearranged(dy, out, known))
  // What only the other operand has is summed over first: the Einsum kernels get that wrong.
  const alone = [...other.labels]
    .map((label, i) => ((out + own).includes(label) ? -1 : i))
    .filter(i => i >= 0)
  const x = alone.length > 0 ? sum(other.x, alone) : other.x
  const labels = [...other.labels].filter((_, i) => !alone.includes(i)).join('')
  if (out === '') return back(mul(dy, rearranged(x, labels, known)))
  if (labels === '') return back(mul(rearranged(dy, out, known), x))
  return back(einsum(`${out},${labels}->${known}`, dy, x))
}

/** x with its axes in another order. */
const rearranged = (x: Tensor, from: string, to: string) =>
  from === to
    ? x
    : transpose(
        x,
        [...to].map(label => from.indexOf(label)),
      )

const einsumRule = rule<EinsumAttrs>('Einsum', { inputs: 'all' }, (dy, at) => {
  const [terms, out] = at.attrs.equation.replaceAll(/\s/g, '').split('->') as [string, string]
  const labels = terms.split(',')
  return Object.fromEntries(
    at.names.map((name, i) => [
      name,
      () => {
        const other = labels.length > 1 ? { x: at.input(String(1 - i)), labels: labels[1 - i]! } : undefined
        return operandGradient(dy, out, labels[i]!, at.shape(name), other)
      },
    ]),
  )
})

export const matmul: readonly Rule[] = [batchMatMul, einsumRule]
