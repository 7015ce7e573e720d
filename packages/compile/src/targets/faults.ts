import { type DeviceFault, type GpuDevice, gpuFault, tellDeviceFault, watchGpu } from '@equilibria/core'
import type { Target } from '../target.ts'

/** What is known of a target's GPU. */
export interface GpuOptions {
  /** Its device, where the runtime shows it: then what it reports between runs is heard too. */
  readonly device?: GpuDevice | undefined
  /** Called when the device is of no more use. */
  forget?(): void
}

/** How long a run that failed waits for the device to tell why, ms: browsers say that it is lost a little later. */
const GRACE = 1000

/**
 * A target whose failures are `DeviceFault`s, told to whoever listens with `onDeviceFault`. A run that fails throws one and writes no result. Once the device is lost,
 * or has reported an error of its own, every run throws that one, those under way included: nothing computed since can be trusted. A new target of the same
 * provider has a new device. A model that cannot be loaded for other reasons than its device's stays a plain error.
 */
export function guarded(target: Target, { device, forget }: GpuOptions = {}): Target {
  let broken: DeviceFault | undefined
  const pending = new Set<(fault: DeviceFault) => void>()
  const report = (fault: DeviceFault) => {
    if (broken) return
    broken = fault
    for (const reject of pending) reject(fault)
    tellDeviceFault(fault)
    forget?.()
  }
  if (device) watchGpu(device, target.name, report)
  /** What failed, as a fault. */
  const faultOf = async (cause: unknown): Promise<DeviceFault> => {
    if (device && !broken) await new Promise(resolve => setTimeout(resolve, GRACE))
    if (broken) return broken
    const words = cause instanceof Error ? cause.message : String(cause)
    return gpuFault(target.name, words, { cause })
  }
  /** Ends with the fault as soon as there is one: on a device that is gone some promises never do. */
  const sound = <T>(work: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      if (broken) return reject(broken)
      pending.add(reject)
      work()
        .then(value => (broken ? reject(broken) : resolve(value)), reject)
        .finally(() => pending.delete(reject))
    })
  return {
    ...target,
    load: async model => {
      const session = await sound(() =>
        target.load(model).catch(async cause => {
          const fault = await faultOf(cause)
          if (fault.kind === 'uncaptured' && fault !== broken) throw cause
          report(fault)
          throw fault
        }),
      )
      return {
        run: (inputs, outputs) =>
          sound(async () => {
            try {
              await session.run(inputs, outputs)
            } catch (cause) {
              const fault = await faultOf(cause)
              if (fault.kind === 'lost') report(fault)
              else if (fault !== broken) tellDeviceFault(fault)
              throw fault
            }
          }),
        release: () => session.release(),
      }
    },
  }
}
