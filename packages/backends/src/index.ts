export { registerWasmKernels } from './wasm/index.ts'
