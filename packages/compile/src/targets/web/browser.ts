/** ONNX Runtime's WebAssembly build alone, without what it has for GPUs. */
export const runtime = () => import('onnxruntime-web/wasm')
