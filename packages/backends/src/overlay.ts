import { getKernel, type KernelConfig, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core'

/** The configurations registered here, to know them again. */
const ours = new WeakSet<KernelConfig>()

/**
 * Registers a kernel over the one that a backend has under this name, if it has one; `make` gets that stock kernel to fall
 * back on. Idempotent.
 */
export function overlay(
  backendName: string,
  kernelName: string,
  make: (stock: KernelConfig['kernelFunc'] | undefined) => KernelConfig['kernelFunc'],
): void {
  const stock = getKernel(kernelName, backendName)
  if (stock && ours.has(stock)) return
  const config: KernelConfig = {
    kernelName,
    backendName,
    // A stock kernel is bound to its backend by its set-up: it must still happen where ours came first.
    ...(stock?.setupFunc && { setupFunc: stock.setupFunc }),
    ...(stock?.disposeFunc && { disposeFunc: stock.disposeFunc }),
    kernelFunc: make(stock?.kernelFunc),
  }
  ours.add(config)
  if (stock) unregisterKernel(kernelName, backendName)
  registerKernel(config)
}
