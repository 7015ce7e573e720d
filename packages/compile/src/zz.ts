import { onnxruntimeNode } from './targets/onnxruntime-node.ts'
import { onnxruntimeWeb } from './targets/onnxruntime-web.ts'
for (const provider of ['cpu', 'webgpu', 'cuda'] as const)
  console.log(await onnxruntimeNode({provider}).catch(e=>e.message))
for (const provider of ['wasm', 'webgpu'] as const)
  console.log(await onnxruntimeWeb({provider}).catch(e=>e.message))
