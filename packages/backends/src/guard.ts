import { type DeviceFault, tellDeviceFault } from '@equilibria/core'
import { engine, type KernelBackend, registerBackend, removeBackend } from '@tensorflow/tfjs-core'

/** The first fault of each guarded backend; undefined while there is none. */
const faults = new WeakMap<KernelBackend, DeviceFault | undefined>()

/** Takes a backend that had a fault out of tfjs's registry, with all its tensors; the next use of its name makes a new one. */
export function renew(name: string): void {
  const old = engine().findBackend(name)
  if (!old || !faults.get(old)) return
  const factory = engine().findBackendFactory(name)
  removeBackend(name)
  registerBackend(name, factory)
}

/** How long a read that failed waits for the device to tell why, ms: browsers say that it is lost a little later. */
const GRACE = 1000

/**
 * Sees to it that no number comes out of a backend once its device had a fault: from then on every read throws the first
 * one, reads under way included. Which tensors are wrong nobody can tell, so all are. Training thus stops by itself at the
 * step of the fault, whose state cannot be read and so is not saved; the checkpoint before it stays.
 *
 * `check` is called after each read, for devices that tell their errors only when asked. Answers the function to report a
 * fault with; undefined where the backend is guarded already.
 */
export function guard(
  backend: KernelBackend,
  check: () => DeviceFault | undefined = () => undefined,
): ((fault: DeviceFault) => void) | undefined {
  if (faults.has(backend)) return undefined
  faults.set(backend, undefined)
  const pending = new Set<(fault: DeviceFault) => void>()
  const report = (fault: DeviceFault) => {
    // What follows the first is its consequences.
    if (faults.get(backend)) return
    faults.set(backend, fault)
    for (const reject of pending) reject(fault)
    tellDeviceFault(fault)
  }
  const sound = () => {
    const fault = check()
    if (fault) report(fault)
    if (faults.get(backend)) throw faults.get(backend)
  }
  const read = backend.read.bind(backend)
  const readSync = backend.readSync.bind(backend)
  backend.read = id =>
    new Promise((resolve, reject) => {
      // A report ends it at once: on a device that is gone some reads never do.
      pending.add(reject)
      const done = async () => {
        try {
          const values = await read(id)
          sound()
          return values
        } catch (cause) {
          if (!faults.get(backend)) await new Promise(resolve => setTimeout(resolve, GRACE))
          throw faults.get(backend) ?? cause
        }
      }
      done()
        .then(resolve, reject)
        .finally(() => pending.delete(reject))
    })
  backend.readSync = id => {
    if (faults.get(backend)) throw faults.get(backend)
    const values = readSync(id)
    sound()
    return values
  }
  return report
}
