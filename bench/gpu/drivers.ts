import { readFileSync } from 'node:fs'

/** Programs that play a GPU, as their Vulkan drivers are called. */
const software = /^libvk_swiftshader|^libvulkan_lvp/

/** Drivers of GPUs: NVIDIA's for Vulkan and CUDA, Mesa's for Vulkan. */
const hardware = /^libGLX_nvidia|^libnvidia-|^libcuda\.|^libvulkan_(?!lvp)/

/** Drivers among the libraries that a process has mapped, by the text of /proc/PID/maps. */
export function driversIn(maps: string): { readonly names: readonly string[]; readonly software: boolean } {
  const files = [...maps.matchAll(/\/([^/\n]+)$/gm)].map(([, file]) => file!)
  const names = [...new Set(files)].filter(file => software.test(file) || hardware.test(file)).sort()
  return { names, software: !names.some(name => hardware.test(name)) }
}

/** This process's own. Linux only: elsewhere nothing is known, and nothing is taken for a GPU. */
export function ownDrivers(): ReturnType<typeof driversIn> {
  try {
    return driversIn(readFileSync('/proc/self/maps', 'utf8'))
  } catch {
    return { names: [], software: true }
  }
}
