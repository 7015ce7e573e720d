import { BatchMatMul, broadcast_util, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { address, floats, wasmKernel } from '../heap.ts'
import { simd } from '../simd/index.ts'
import { perform } from '../simd/job.ts'

/**
 * Matrix products, batches broadcast against each other.
 *
 * a: [..., m, k], or [..., k, m] with `transposeA`; b: [..., k, n], or [..., n, k] with `transposeB`; result: [..., m, n].
 *
 * @throws where the inner sizes differ, or an operand is not float32
 */
export const batchMatMul = wasmKernel<{ transposeA: boolean; transposeB: boolean }>(
  BatchMatMul,
  ({ inputs, attrs: { transposeA, transposeB }, backend }) => {
    const { a, b } = inputs as { a: TensorInfo; b: TensorInfo }
    if (a.dtype !== 'float32' || b.dtype !== 'float32') {
      throw new Error(`matMul (wasm): expected float32, got ${a.dtype} and ${b.dtype}; cast them first`)
    }
    const [rowsA, columnsA] = a.shape.slice(-2) as [number, number]
    const [rowsB, columnsB] = b.shape.slice(-2) as [number, number]
    const [m, k] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA]
    const [inner, n] = transposeB ? [columnsB, rowsB] : [rowsB, columnsB]
    if (k !== inner) {
      throw new Error(
        `matMul: expected equal inner sizes, got ${k} and ${inner} from shapes [${a.shape}] and [${b.shape}] with ` +
          `transposeA ${transposeA} and transposeB ${transposeB}`,
      )
    }
    const outerA = a.shape.slice(0, -2)
    const outerB = b.shape.slice(0, -2)
    const outer = broadcast_util.assertAndGetBroadcastShape(outerA, outerB)
    const out = backend.makeOutput([...outer, m, n], 'float32')
    const batch = util.sizeFromShape(outer)
    if (batch * m * n * k === 0) {
      floats(backend, out).fill(0)
      return out
    }
    const [atA, atB, atC] = [address(backend, a), address(backend, b), address(backend, out)]
    const [bytesA, bytesB, bytesC] = [m * k * 4, k * n * 4, m * n * 4]
    const lineA = (transposeA ? m : k) * 4
    const flags = [Number(transposeA), Number(transposeB), lineA] as const
    const sizeA = util.sizeFromShape(outerA)
    const sizeB = util.sizeFromShape(outerB)
    const regularA = sizeA === 1 || sizeA === batch
    const regularB = sizeB === 1 || sizeB === batch
    if (batch === 1) {
      // Parts are rows of the result.
      perform(
        backend,
        {
          units: m,
          grain: 4,
          cost: m * n * k,
          reads: (from, to) => [
            transposeA ? { at: atA, bytes: bytesA } : { at: atA + from * lineA, bytes: (to - from) * lineA },
            { at: atB, bytes: bytesB },
          ],
          unitBytes: n * 4,
          calls: ([atA, atB], atC, from, to) => {
            const first = transposeA ? atA! + from * 4 : atA!
            return [['matmul', first, atB!, atC, 1, to - from, n, k, ...flags, 0, 0]]
          },
        },
        atC,
      )
      return out
    }
    if (regularA && regularB) {
      // Parts are matrices of the batch.
      const [stepA, stepB] = [sizeA === 1 ? 0 : bytesA, sizeB === 1 ? 0 : bytesB]
      const part = (at: number, bytes: number, step: number, from: number, to: number) =>
        step === 0 ? { at, bytes } : { at: at + from * step, bytes: (to - from) * step }
      perform(
        backend,
        {
          units: batch,
          grain: 1,
          cost: batch * m * n * k,
          reads: (from, to) => [part(atA, bytesA, stepA, from, to), part(atB, bytesB, stepB, from, to)],
          unitBytes: bytesC,
          calls: ([atA, atB], atC, from, to) => [
            ['matmul', atA!, atB!, atC, to - from, m, n, k, ...flags, stepA, stepB],
          ],
        },
        atC,
      )
      return out
    }
    // Batch axes that broadcast one by one: [2, 1, ...] against [2, 3, ...].
    const indexA = broadcastIndex(outerA, outer)
    const indexB = broadcastIndex(outerB, outer)
    for (let i = 0; i < batch; i++) {
      const [one, other] = [atA + indexA(i) * bytesA, atB + indexB(i) * bytesB]
      simd(backend).matmul(one, other, atC + i * bytesC, 1, m, n, k, ...flags, 0, 0)
    }
    return out
  },
)

/** Maps the flat index of an element of shape `to` to that of the element of `from` which is broadcast to it. */
function broadcastIndex(from: readonly number[], to: readonly number[]): (flat: number) => number {
  const missing = to.length - from.length
  return flat => {
    let rest = flat
    let index = 0
    let stride = 1
    for (let axis = to.length - 1; axis >= missing; axis--) {
      const size = from[axis - missing]!
      if (size > 1) index += (rest % to[axis]!) * stride
      stride *= size
      rest = Math.floor(rest / to[axis]!)
    }
    return index
  }
}
