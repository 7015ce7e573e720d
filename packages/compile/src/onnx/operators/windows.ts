import type { Emit, Name } from '../emit.ts'
import { slice } from './shape.ts'

/**
 * What a window's last position reaches beyond an axis of `input` entries of which `before` are padded ahead; negative where
 * entries are left over.
 */
export const endPadding = (
  input: number,
  output: number,
  extent: number,
  stride: number,
  before: number,
): number => (output - 1) * stride + extent - input - before

/** x [n, ...spatial, c] from where the first windows start, which is within x where the padding `before` is negative. */
export const fromFirst = (emit: Emit, x: Name, shape: readonly number[], before: readonly number[]): Name =>
  slice(emit, x, shape, [0, ...before.map(n => Math.max(0, -n)), 0], shape)

/** Padding as ONNX has it. */
export const atLeast0 = (padding: readonly number[]): number[] => padding.map(n => Math.max(0, n))
