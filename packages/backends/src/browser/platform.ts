/**
 * The browser's side of `#platform` (see `imports` in package.json): nothing in here may import from Node.
 *
 * @module
 */
import { cpu } from '../backends/cpu.ts'
import { wasm } from '../backends/wasm.ts'
import type { BackendCandidate } from '../candidate.ts'

/** Browsers do not tell the processor's model. */
export const processor = (): string => 'CPU'

/** Backends known here, best first. */
export const candidates: readonly BackendCandidate[] = [wasm, cpu]
