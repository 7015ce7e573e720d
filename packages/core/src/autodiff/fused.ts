import { engine, getBackend, getKernel, type NamedAttrMap, type Tensor } from '@tensorflow/tfjs-core'
import { recording } from './rule.ts'

/**
 * Kernels that tfjs has no name for. A backend that has one does in one pass what is composed of several kernels elsewhere, so a backend may have
 * any of them or none (`@equilibria/backends` registers them); all tensors are float32.
 */
export const fusedKernels = {
  /** dy where `y`, the output of leakyRelu with slope `alpha` >= 0, is positive, alpha dy elsewhere. Inputs dy, y of one shape; attribute alpha. */
  leakyReluGrad: 'LeakyReluGrad',
  /** dy (1 - y^2), `y` being the output of tanh. Inputs dy, y of one shape. */
  tanhGrad: 'TanhGrad',
  /**
   * Adam's move of one tensor: m <- beta1 m + (1 - beta1) g; v <- beta2 v + (1 - beta2) g^2; p <- p - rate m / (sqrt(v) + epsilon).
   * Inputs p, g, m, v of one shape and the scalars rate, epsilon; attributes beta1, beta2; outputs p, m, v.
   */
  adamMove: 'AdamMove',
  /**
   * Batch normalisation: gain (x - mean) / sqrt(variance + epsilon) + bias. Inputs x [m, c] and gain, bias [c]; attribute epsilon; outputs y [m, c] and the
   * moments [c]: mean, variance, unbiased variance (times m / (m - 1)).
   */
  batchNorm: 'BatchNorm',
  /**
   * Its derivatives. Inputs dy, x [m, c], gain [c], and the mean and variance that `batchNorm` gave; attribute epsilon; outputs those in x, gain and bias.
   */
  batchNormGrad: 'BatchNormGrad',
} as const

type FusedKernel = (typeof fusedKernels)[keyof typeof fusedKernels]

/** Whether the current backend has a fused kernel. */
export const hasFused = (kernel: FusedKernel): boolean => getKernel(kernel, getBackend()) !== undefined

/** Runs a fused kernel, which the current backend must have. It has no gradient: whoever records gives one to what comes of it. */
export const runFused = (
  kernel: FusedKernel,
  inputs: Readonly<Record<string, Tensor>>,
  attrs: Readonly<Record<string, number>>,
): Tensor | Tensor[] => engine().runKernel(kernel, { ...inputs }, attrs as NamedAttrMap)

/** What a fused kernel answers, or `compose` where the backend has none, or while operations are recorded: it has no gradient of its own. */
export function fused<T extends Tensor | Tensor[]>(
  kernel: FusedKernel,
  inputs: Readonly<Record<string, Tensor>>,
  attrs: Readonly<Record<string, number>>,
  compose: () => T,
): T {
  if (recording() || !hasFused(kernel)) return compose()
  return runFused(kernel, inputs, attrs) as T
}
