import { type Key, normals, normal as normalTensor, uniform as uniformTensor } from '@equilibria/core'
import { fill, type Tensor, tensor } from '@tensorflow/tfjs-core'

/** Makes a fresh float32 tensor of a shape from a key. */
export type Initializer = (key: Key, shape: readonly number[]) => Tensor

/**
 * How many inputs feed an output of a kernel [..window, in, out], and how many outputs an input feeds (stride 1).
 * A dense kernel [in, out] has an empty window.
 */
export function fans(shape: readonly number[]): { in: number; out: number } {
  const [inputs, outputs] = shape.slice(-2)
  if (inputs === undefined || outputs === undefined)
    throw new Error(`initializer: expected a kernel shape [..., in, out], got [${shape}]`)
  const window = shape.slice(0, -2).reduce((a, b) => a * b, 1)
  return { in: window * inputs, out: window * outputs }
}

/** The same number everywhere. */
export const constant =
  (value: number): Initializer =>
  (_, shape) =>
    fill([...shape], value)

/** Zeros: the usual start of biases. */
export const zeros: Initializer = constant(0)

/** Ones: the usual start of gains. */
export const ones: Initializer = constant(1)

/** Normal numbers of a standard deviation; .02 in Radford et al. 2016, section 3. */
export const normal =
  (deviation: number, mean = 0): Initializer =>
  (key, shape) =>
    normalTensor(key, shape, mean, deviation)

/** Numbers uniform in (-bound, bound). */
export const uniform =
  (bound: number): Initializer =>
  (key, shape) =>
    uniformTensor(key, shape, -bound, bound)

/**
 * Normal, of variance 2 / ((1 + slope^2) fan-in): keeps the size of activations from layer to layer under rectifiers of
 * that negative slope. Source: He et al. 2015, equations 10 and 15.
 */
export const he =
  (slope = 0): Initializer =>
  (key, shape) =>
    normalTensor(key, shape, 0, Math.sqrt(2 / ((1 + slope * slope) * fans(shape).in)))

/** Uniform on ±sqrt(6 / (fan-in + fan-out)). Source: Glorot & Bengio 2010, equation 16. */
export const glorot: Initializer = (key, shape) => {
  const fan = fans(shape)
  const bound = Math.sqrt(6 / (fan.in + fan.out))
  return uniformTensor(key, shape, -bound, bound)
}

/**
 * A random orthogonal matrix times `gain`; a kernel [..., out] counts as a matrix with `out` columns, whose columns (or rows,
 * where there are fewer) are orthonormal. Made on the host by Gram-Schmidt, in time rows * columns^2: meant for kernels of
 * up to a million entries. Source: Saxe et al. 2014, section 3.
 */
export const orthogonal =
  (gain = 1): Initializer =>
  (key, shape) => {
    const columns = shape.at(-1) ?? 1
    const size = shape.reduce((a, b) => a * b, 1)
    const rows = size / columns
    const [count, length] = rows < columns ? [rows, columns] : [columns, rows]
    const basis = orthonormal(normals(key, size), count, length)
    const at =
      rows < columns ? (r: number, c: number) => basis[r]![c]! : (r: number, c: number) => basis[c]![r]!
    return tensor(
      Float32Array.from({ length: size }, (_, i) => gain * at(Math.floor(i / columns), i % columns)),
      [...shape],
      'float32',
    )
  }

/** `count` orthonormal vectors spanning those that lie one after the other in `numbers`. */
function orthonormal(numbers: Float32Array, count: number, length: number): Float64Array[] {
  const basis: Float64Array[] = []
  for (let i = 0; i < count; i++) {
    const v = Float64Array.from(numbers.subarray(i * length, (i + 1) * length))
    // Twice is enough to be orthogonal to working precision.
    for (let pass = 0; pass < 2; pass++)
      for (const b of basis) {
        const along = v.reduce((sum, x, j) => sum + x * b[j]!, 0)
        for (let j = 0; j < length; j++) v[j]! -= along * b[j]!
      }
    const norm = Math.sqrt(v.reduce((sum, x) => sum + x * x, 0))
    basis.push(v.map(x => x / norm))
  }
  return basis
}
