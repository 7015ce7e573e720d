/** Matrix products of numbers in memory. */
import { product, stridedA, stridedB, stridedC } from './gemm'

/**
 * c[i] = a[i] b[i] for i < batch. a: [m, k], or [k, m] where `transposeA`; b: [k, n], or [n, k] where `transposeB`.
 * lineA: bytes from row to row of the stored A; stepA, stepB: bytes from one matrix to the next (0: the same for all).
 */
export function matmul(
  a: i32,
  b: i32,
  c: i32,
  batch: i32,
  m: i32,
  n: i32,
  k: i32,
  transposeA: bool,
  transposeB: bool,
  lineA: i32,
  stepA: i32,
  stepB: i32,
): void {
  for (let i = 0; i < batch; i++) {
    if (transposeA) stridedA(a, 4, lineA)
    else stridedA(a, lineA, 4)
    if (transposeB) stridedB(b, 4, k * 4)
    else stridedB(b, n * 4, 4)
    stridedC(c, n * 4)
    product(m, n, k, false)
    a += stepA
    b += stepB
    c += m * n * 4
  }
}
