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

/** An adapter in a few words. */
export const nameOf = ({ vendor, architecture, device, description, software }: Adapter): string => {
  const name = description || [vendor, architecture, device].filter(Boolean).join(' ') || 'unnamed GPU'
  return software ? `${name}, a software adapter` : name
}
