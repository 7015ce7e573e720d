import { availableParallelism, freemem } from 'node:os'

/** ONNX Runtime's WebAssembly build as Node can load it, from files. */
export const runtime = () => import('onnxruntime-web')

/** Processors for threads. */
export const processors = (): number => availableParallelism()

/** Bytes that the host can still give. */
export const available: (() => number) | undefined = freemem
