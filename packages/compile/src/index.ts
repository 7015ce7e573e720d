export { compiled, TooLarge } from './engine.ts'
export type { Model, Session, Target } from './target.ts'
export { type OnnxruntimeWebOptions, onnxruntimeWeb } from './targets/onnxruntime-web.ts'
