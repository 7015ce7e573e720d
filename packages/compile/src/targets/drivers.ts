import { readdirSync, readFileSync } from 'node:fs'

/** Programs that play a GPU, as their Vulkan drivers are called. */
const software = /^libvk_swiftshader|^libvulkan_lvp/

/** Drivers of GPUs: NVIDIA's for Vulkan and CUDA, Mesa's for Vulkan. */
const hardware = /^libGLX_nvidia|^libnvidia-|^libcuda\.|^libvulkan_(?!lvp)/

/** GPU drivers that a process has loaded. */
export interface Drivers {
  readonly names: readonly string[]
  /** None of them drives a real GPU. */
  readonly software: boolean
}

/** Drivers among the libraries that a process has mapped, by the text of /proc/PID/maps. */
export function driversIn(maps: string): Drivers {
  const files = [...maps.matchAll(/\/([^/\n]+)$/gm)].map(([, file]) => file!)
  const names = [...new Set(files)].filter(file => software.test(file) || hardware.test(file)).sort()
  return { names, software: !names.some(name => hardware.test(name)) }
}

/** This process's own. Linux only: elsewhere nothing is known, and nothing is taken for a GPU. */
export function ownDrivers(): Drivers {
  try {
    return driversIn(readFileSync('/proc/self/maps', 'utf8'))
  } catch {
    return { names: [], software: true }
  }
}

/** Models of this machine's NVIDIA GPUs, as their kernel driver tells them in `folder`; none where it is not there. */
export function nvidiaModels(folder = '/proc/driver/nvidia/gpus'): readonly string[] {
  try {
    const told = readdirSync(folder).map(gpu => readFileSync(`${folder}/${gpu}/information`, 'utf8'))
    return told.flatMap(text => /^Model:\s*(.+)$/m.exec(text)?.[1]?.trim() ?? [])
  } catch {
    return []
  }
}

/**
 * What a GPU's work in this process runs on, as far as it can be known, from the drivers it has loaded: ONNX Runtime's native build does not tell its adapter.
 * Undefined where nothing is known.
 */
export function gpuOf({ names, software }: Drivers, models: readonly string[]): string | undefined {
  const nvidia = names.some(name => /nvidia|libcuda/.test(name))
  if (nvidia && models.length > 0) return models.join(' and ')
  return names.length > 0 ? `${names.join(' and ')}${software ? ' (software)' : ''}` : undefined
}
