/**
 * `lost`: the device is gone with everything on it. `out-of-memory`: something could not be allocated, or is larger than
 * the device can hold in one piece. `uncaptured`: the device refused a command (a validation or internal error).
 */
export type DeviceFaultKind = 'lost' | 'out-of-memory' | 'uncaptured'

/**
 * What went wrong on a device, whoever computes on it: a backend, an engine. GPUs report errors late and compute on, usually with
 * zeros; this is how they are told.
 */
export class DeviceFault extends Error {
  override readonly name = 'DeviceFault'
  /** What happened. */
  readonly kind: DeviceFaultKind
  /** What it happened on: tfjs's name of a backend, or an engine's target. */
  readonly backend: string

  constructor(kind: DeviceFaultKind, backend: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
    this.backend = backend
  }
}

const listeners = new Set<(fault: DeviceFault) => void>()

/**
 * Calls the listener with the first fault of each device from now on, as soon as it is known; answers the function that
 * ends it. Nobody needs to listen to be safe: after a fault every read and every step on that device throws it, until there is a new one.
 */
export function onDeviceFault(listener: (fault: DeviceFault) => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** Tells listeners of a fault: for backends and engines, once for each device. */
export function tellDeviceFault(fault: DeviceFault): void {
  for (const listener of listeners) listener(fault)
}

/** A GPU's own words as a fault of `backend`. */
export function gpuFault(backend: string, words: string, options?: ErrorOptions): DeviceFault {
  const message = words.trim()
  const fault = (kind: DeviceFaultKind, text: string) =>
    new DeviceFault(kind, backend, `${backend}: ${text}`, options)
  if (/device.{0,20}\blost|device was destroyed|MapAsyncStatus value: 4/i.test(message))
    return fault('lost', `the GPU device is lost: ${message}`)
  // A buffer that is invalid from the beginning is one that could not be allocated.
  if (
    /out.of.(device.|host.)?memory|exceeds the max buffer size|Failed to allocate|Invalid Buffer.*previous error/i.test(
      message,
    )
  )
    return fault('out-of-memory', `the GPU is out of memory; try a smaller batch: ${message}`)
  return fault('uncaptured', `the GPU refused a command: ${message}`)
}

/** What a WebGPU device tells of itself, as far as it is used here. */
export interface GpuDevice {
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>
  addEventListener(type: 'uncapturederror', listener: (event: Event) => void): void
}

/** Reports what a WebGPU device tells of its own accord: that it is lost, and errors that nobody scoped. */
export function watchGpu(device: GpuDevice, backend: string, report: (fault: DeviceFault) => void): void {
  device.addEventListener('uncapturederror', event => {
    const { error } = event as unknown as { readonly error: Error }
    // By the class's name, since Node has no such globals of its own.
    const memory = error.constructor.name === 'GPUOutOfMemoryError' ? 'out of memory: ' : ''
    report(gpuFault(backend, memory + error.message.trim()))
  })
  void device.lost.then(({ reason, message }) => {
    const why = [reason === 'destroyed' ? 'it was destroyed' : '', message.trim()].filter(Boolean).join(': ')
    report(new DeviceFault('lost', backend, `${backend}: the GPU device is lost${why && ` (${why})`}`))
  })
}
