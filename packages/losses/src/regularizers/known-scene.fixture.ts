import {
  clockAt,
  fold,
  integers,
  type Key,
  key,
  normals,
  type Scene,
  type Tree,
  uniforms,
} from '@equilibria/core'
import { tensor64 } from '@equilibria/core/testing'
import { add, matMul, mul, reshape, square, sum, type Tensor } from '@tensorflow/tfjs-core'

/**
 * A scene of which everything is known, twice: as tensors of double precision, and as numbers. Three pictures of 5x6.
 * The critic is D(x) = u.x + a/2 |x|^2, of gradient u + a x and features (2 x, x.x u); the generator G(z) = z A + (z.z) B (products of
 * numbers), of Jacobian A_k + 2 z_k B_k.
 */
export const n = 3
export const [height, width] = [5, 6] as const
const size = height * width
export const k = key(17)

const numbers = (name: string, length: number, scale: number) =>
  [...normals(fold(k, name), length)].map(x => Math.fround(scale * x))
const table = (name: string, rows: number, columns: number, scale = 1) => {
  const all = numbers(name, rows * columns, scale)
  return Array.from({ length: rows }, (_, i) => all.slice(i * columns, (i + 1) * columns))
}

export type Row = readonly number[]

const a = 0.5
export const u = numbers('u', size, 0.4)
const [first, second] = [table('A', 2, size, 0.5), table('B', 2, size, 0.3)]
export const kernel = table('kernel', 4, 3)
export const bias = numbers('bias', 3, 1)
export const past = { kernel: table('past', 4, 3), bias: numbers('past bias', 3, 1) }

export const real = table('real', n, size)
export const latents = table('latents', n, 2)
export const drawn = table('drawn', n, 2)

export const dot = (x: Row, y: Row) => x.reduce((s, xi, i) => s + xi * y[i]!, 0)
export const minus = (x: Row, y: Row) => x.map((xi, i) => xi - y[i]!)
export const squares = (x: Row) => dot(x, x)
export const average = (xs: Row) => xs.reduce((s, x) => s + x, 0) / xs.length

export const D = (x: Row) => dot(u, x) + (a / 2) * squares(x)
export const gradD = (x: Row) => x.map((xi, i) => u[i]! + a * xi)
export const features = (x: Row): Row[] => [x.map(xi => 2 * xi), x.map((xi, i) => xi * xi * u[i]!)]
export const G = (z: Row) =>
  Array.from({ length: size }, (_, j) =>
    z.reduce((s, zk, i) => s + zk * first[i]![j]! + zk * zk * second[i]![j]!, 0),
  )
/** J'y: the Jacobian of G at z, transposed, times y. */
export const pulled = (z: Row, y: Row) =>
  z.map((zk, i) =>
    dot(
      first[i]!.map((f, j) => f + 2 * zk * second[i]![j]!),
      y,
    ),
  )
export const fake = latents.map(G)

/** Where pixel `i` of a line of `size` comes from: `by` before it, reflected at the ends. */
const reflected = (i: number, by: number, size: number) => {
  const at = Math.abs(i - by)
  return at < size ? at : 2 * (size - 1) - at
}

/** What `flipAndShift({ shift, flip })` makes of pictures under a key, pixel by pixel. */
export function flippedAndShifted(
  pictures: readonly Row[],
  augmentKey: Key,
  shift: number,
  flip: number,
): Row[] {
  const by = (name: string) =>
    [...integers(fold(fold(augmentKey, name), 'shift'), pictures.length, 2 * shift + 1)].map(d => d - shift)
  const [down, right] = [by('vertical'), by('horizontal')]
  const chance = uniforms(fold(fold(augmentKey, 'horizontal'), 'flip'), pictures.length)
  return pictures.map((x, row) =>
    x.map((_, i) => {
      const [y, column] = [Math.floor(i / width), i % width]
      const moved = reflected(column, right[row]!, width)
      return x[reflected(y, down[row]!, height) * width + (chance[row]! < flip ? width - 1 - moved : moved)]!
    }),
  )
}

/** Rows of numbers as a tensor of double precision. */
export const rowsOf = (rows: readonly Row[], shape: readonly number[]) =>
  tensor64(rows.flat(), [rows.length, ...shape])

/** The scene as tensors; its term's slot holds `slot`. */
export function knownScene(slot?: Tree, step = 0): Scene {
  const picture = [height, width, 1]
  const weights = tensor64(u, [size])
  const flat = (x: Tensor) => reshape(x, [n, size])
  const critic = (x: Tensor) => sum(add(mul(flat(x), weights), mul(a / 2, square(flat(x)))), 1)
  const generate = (z: Tensor) =>
    reshape(add(matMul(z, rowsOf(first, [size])), matMul(square(z), rowsOf(second, [size]))), [n, ...picture])
  const [x, z] = [rowsOf(real, picture), rowsOf(latents, [2])]
  const made = generate(z)
  return {
    critic,
    features: x => [mul(2, flat(x)), mul(square(flat(x)), weights)],
    real: x,
    fake: made,
    onReal: () => critic(x),
    onFake: () => critic(made),
    latents: z,
    drawn: rowsOf(drawn, [2]),
    generate,
    own: { kernel: rowsOf(kernel, [3]), bias: tensor64(bias, [3]) },
    slot,
    key: k,
    clock: clockAt(step),
  }
}
