/** The engine of a training process that is going to be killed. */
import { compiled } from './engine.ts'
import { onnxruntimeNode } from './targets/onnxruntime-node.ts'

export default compiled(await onnxruntimeNode({ threads: 1 }))
