import type { Told } from '../messages.ts'

/** Says something to the page. */
export const tell = (told: Told): void =>
  (self as unknown as { postMessage(told: Told): void }).postMessage(told)
