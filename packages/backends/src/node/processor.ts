import { cpus } from 'node:os'

/** Model of this machine's processor. */
export const processor = (): string => cpus()[0]?.model.trim() || 'CPU'
