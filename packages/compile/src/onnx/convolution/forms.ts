import type { Device } from '../../target.ts'
import { fitsBlocks } from './blocked.ts'
import { fitsCells } from './cells.ts'
import type { Correlation } from './geometry.ts'
import { measured } from './measured.ts'

/** A convolution, and its gradients in the input and in the filter. */
export const passNames = ['forward', 'toInput', 'toFilter'] as const
export type Pass = (typeof passNames)[number]

/**
 * How a convolution can be written: ONNX's operators; matrix products with patches; the runtime's layout in blocks; patches from both
 * sides, rows by columns; patches of cells as large as the stride.
 */
export type Form = 'standard' | 'patches' | 'blocked' | 'rows' | 'cells'

/** What decides how fast a form is: sizes along one axis, as geometric means over both. */
export interface Extent {
  readonly filter: number
  readonly stride: number
  /** Of the output. */
  readonly size: number
  /** Of one group, as outputs are. */
  readonly inputs: number
  readonly outputs: number
  /** Default: 1. */
  readonly groups?: number
  /** Default: 1. */
  readonly dilation?: number
}

/** Chooses the form of a convolution among those that are possible. */
export type ChooseForm = (pass: Pass, extent: Extent, possible: readonly Form[]) => Form

/**
 * The forms that a convolution over two axes can have on a device. On GPUs ONNX's operators alone: none was measured, and the runtime's layout in blocks and its quick
 * gathers are those of a processor. Depthwise convolutions do not ask: ONNX's operators have a kernel of their own for them, while by patches each channel would be a product of one column, and blocks are
 * of several channels that one filter reads together.
 */
export function possible(pass: Pass, shape: Correlation, { kind, block = 0 }: Device): Form[] {
  if (kind === 'gpu') return ['standard']
  const { inputs, outputs, groups } = shape
  const moves = shape.stride.some(n => n > 1)
  if (pass === 'toFilter')
    return [
      ...(groups === 1 ? (['standard'] as const) : []),
      'patches',
      ...(shape.stride.every(n => n === 1) && shape.filter.every(k => k > 1) ? (['rows'] as const) : []),
      ...(fitsCells(shape) && moves ? (['cells'] as const) : []),
    ]
  // The gradient in the input goes over the gradients of the outputs.
  const read = pass === 'toInput' ? { inputs: outputs, outputs: inputs, groups } : shape
  return [
    'standard',
    ...(groups === 1 ? (['patches'] as const) : []),
    ...(fitsBlocks(read, block) ? (['blocked'] as const) : []),
    // By cells of one pixel, a convolution itself would be as by patches.
    ...(fitsCells(shape) && (moves || pass === 'toInput') ? (['cells'] as const) : []),
  ]
}

const names = ['filter', 'stride', 'size', 'inputs', 'outputs', 'groups', 'dilation'] as const

/** The form that was fastest, of those that are possible, at the measured convolution that is most like this one. */
export function fastest(pass: Pass, extent: Extent, forms: readonly Form[], kind: Device['kind']): Form {
  const table = kind === 'gpu' ? [] : measured[kind].filter(row => row.pass === pass)
  const distance = (other: Extent) =>
    names.reduce((sum, name) => sum + Math.log2((extent[name] ?? 1) / (other[name] ?? 1)) ** 2, 0)
  const [nearest] = table.toSorted((a, b) => distance(a) - distance(b))
  const speed = (form: Form) => nearest?.speeds[form] ?? 0
  return forms.reduce((best, form) => (speed(form) > speed(best) ? form : best))
}
