/**
 * Node's side of `#platform` (see `imports` in package.json): what only Node knows, and the backends it offers in the
 * order in which `auto` tries them.
 *
 * @module
 */
import { availableParallelism } from 'node:os'
import { cpu } from '../backends/cpu.ts'
import { wasm } from '../backends/wasm.ts'
import type { BackendCandidate } from '../candidate.ts'
import { cuda } from './cuda.ts'
import { tensorflow } from './tensorflow.ts'
import { webgpu } from './webgpu.ts'

export type { Thread } from '../thread.ts'
export { processor } from './processor.ts'
export { spawn } from './spawn.ts'

/** How many threads are worth having. */
export const cores = (): number => availableParallelism()

/** Backends known here, best first. */
export const candidates: readonly BackendCandidate[] = [cuda, webgpu, tensorflow, wasm, cpu]
