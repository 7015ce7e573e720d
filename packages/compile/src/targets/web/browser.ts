/** ONNX Runtime's WebAssembly build alone, without what it has for GPUs. */
export const runtime = () => import('onnxruntime-web/wasm')

/** Processors for threads: a page shares memory among them only if it is isolated from other origins. */
export const processors = (): number => (globalThis.crossOriginIsolated ? navigator.hardwareConcurrency : 1)

/** A page is not told what is free. */
export const available: (() => number) | undefined = undefined
