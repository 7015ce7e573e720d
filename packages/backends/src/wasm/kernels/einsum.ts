import { backend_util, Einsum, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { release, reshaped, run, type WasmBackend, wasmKernel } from '../heap.ts'

/** A tensor whose axes are named by single letters. */
interface Term {
  info: TensorInfo
  labels: string
}

const size = (term: Term, label: string): number => term.info.shape[term.labels.indexOf(label)]!

/** The term with its axes in the order of `labels`. */
function permuted(backend: WasmBackend, term: Term, labels: string): Term {
  const perm = [...labels].map(label => term.labels.indexOf(label))
  return { info: run(backend, 'Transpose', { x: term.info }, { perm }), labels }
}

/** The term with every label summed out that is not in `needed`. */
function reduced(backend: WasmBackend, term: Term, needed: string): Term {
  const kept = [...term.labels].filter(label => needed.includes(label)).join('')
  const axis = [...term.labels].flatMap((label, i) => (needed.includes(label) ? [] : [i]))
  const info =
    axis.length > 0
      ? run(backend, 'Sum', { x: term.info }, { axis, keepDims: false })
      : reshaped(backend, term.info, term.info.shape)
  return { info, labels: kept }
}

/**
 * Joins two terms in one batched matrix product: labels that both have and the result keeps are the batch, labels
 * that both have and the result does not keep are summed, the others are rows and columns.
 */
function contracted(backend: WasmBackend, a: Term, b: Term, result: string): Term {
  const shared = [...a.labels].filter(label => b.labels.includes(label))
  const batch = shared.filter(label => result.includes(label)).join('')
  const inner = shared.filter(label => !result.includes(label)).join('')
  const rows = [...a.labels].filter(label => !shared.includes(label)).join('')
  const columns = [...b.labels].filter(label => !shared.includes(label)).join('')
  const sizes = (term: Term, labels: string): number[] => [...labels].map(label => size(term, label))
  const flat = (term: Term, ...groups: string[]): TensorInfo =>
    reshaped(
      backend,
      term.info,
      groups.map(group => util.sizeFromShape(sizes(term, group))),
    )
  const left = permuted(backend, a, batch + rows + inner)
  const right = permuted(backend, b, batch + inner + columns)
  const a3 = flat(left, batch, rows, inner)
  const b3 = flat(right, batch, inner, columns)
  const c3 = run(backend, 'BatchMatMul', { a: a3, b: b3 }, { transposeA: false, transposeB: false })
  const info = reshaped(backend, c3, [...sizes(a, batch + rows), ...sizes(b, columns)])
  release(backend, left.info, right.info, a3, b3, c3)
  return { info, labels: batch + rows + columns }
}

/**
 * Einstein summation of one or two operands (tfjs takes no more): `'bhqd,bhkd->bhqk'`.
 * No ellipsis, and no label twice within an operand.
 */
export const einsum = wasmKernel<{ equation: string }>(Einsum, ({ inputs, attrs, backend }) => {
  const operands = Object.values(inputs)
  const equation = attrs.equation.replace(/\s/g, '')
  const { allDims, idDims } = backend_util.decodeEinsumEquation(equation, operands.length)
  // tfjs's check is typed for tensors but reads shapes only.
  const shaped = operands as unknown as Parameters<typeof backend_util.checkEinsumDimSizes>[2]
  backend_util.checkEinsumDimSizes(allDims.length, idDims, shaped)
  const [from, to] = equation.split('->') as [string, string]
  const terms = from.split(',').map((labels, i): Term => ({ labels, info: operands[i]! }))
  const own = terms.map((term, i) => reduced(backend, term, to + (terms[1 - i]?.labels ?? '')))
  const [first, second] = own as [Term, Term | undefined]
  const joined = second
    ? contracted(backend, first, second, to)
    : { ...first, info: reshaped(backend, first.info, first.info.shape) }
  const { info } = permuted(backend, joined, to)
  release(backend, joined.info, ...own.map(term => term.info))
  return info
})
