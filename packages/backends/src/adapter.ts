/** The graphics adapter a backend runs on, as its driver tells it; empty strings for what it does not tell. */
export interface Adapter {
  readonly vendor: string
  readonly architecture: string
  readonly device: string
  readonly description: string
  /** True where a program on the processor plays the part of a GPU: right, but slower than WebAssembly. */
  readonly software: boolean
}

/** Drivers that are programs: Chrome's and Android's, Mesa's, Windows'. */
const programs = /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render|warp/i

/** What is known of an adapter; `fallback` where the platform itself says that it is a software one. */
export function adapter(
  { vendor = '', architecture = '', device = '', description = '' }: Partial<Omit<Adapter, 'software'>>,
  fallback = false,
): Adapter {
  const software = fallback || programs.test([vendor, architecture, device, description].join(' '))
  return { vendor, architecture, device, description, software }
}

/** Only numbers behind the maker's name: the driver's version, as NVIDIA's for Vulkan describes every card. */
const versionOnly = /^\w+:[\s\d.]+$/

/** An adapter in a few words. */
export const nameOf = ({ vendor, architecture, device, description, software }: Adapter): string => {
  const model = [vendor, architecture, device].filter(Boolean).join(' ') || 'unnamed GPU'
  const name = versionOnly.test(description)
    ? `${device || model} (driver ${description})`
    : description || model
  return software ? `${name}, a software adapter` : name
}
