import {
  getKernel,
  type KernelConfig,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
} from '@tensorflow/tfjs-core'

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

/**
 * A kernel of ours. `stock` is the backend's own kernel of that name, for the cases that ours leaves to it (other dtypes,
 * rare attributes); it throws where the backend has none.
 */
export interface OverlaidKernel {
  readonly kernelName: string
  readonly kernel: (call: never, stock: () => TensorInfo) => TensorInfo | TensorInfo[]
}

/** Registers kernels over those of a backend, each with the stock kernel to leave cases to. Idempotent. */
export function overlayAll(backendName: string, kernels: readonly OverlaidKernel[]): void {
  for (const { kernelName, kernel } of kernels)
    overlay(
      backendName,
      kernelName,
      stock => call =>
        kernel(call as never, () => {
          if (!stock) throw new Error(`${kernelName} (${backendName}): these inputs are not supported`)
          return stock(call) as never
        }),
    )
}
