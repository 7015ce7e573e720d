export { DeviceFault, type DeviceFaultKind, onDeviceFault } from '@equilibria/core'
export type { Adapter } from './adapter.ts'
export type { BackendCandidate, BackendOptions, LoadedBackend } from './candidate.ts'
export {
  type BackendAttempt,
  type BackendDescription,
  type BackendReport,
  choose,
  describe,
} from './choose.ts'
export { type BackendName, describeBackends, useBackend } from './use-backend.ts'
export { registerWasmKernels } from './wasm/index.ts'
