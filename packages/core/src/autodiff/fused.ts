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
} as const

/** What a fused kernel answers, or `compose` where the backend has none, or while operations are recorded: it has no gradient of its own. */
export function fused<T extends Tensor | Tensor[]>(
  kernel: (typeof fusedKernels)[keyof typeof fusedKernels],
  inputs: Readonly<Record<string, Tensor>>,
  attrs: Readonly<Record<string, number>>,
  compose: () => T,
): T {
  if (recording() || !getKernel(kernel, getBackend())) return compose()
  return engine().runKernel(kernel, { ...inputs }, attrs as NamedAttrMap) as T
}
