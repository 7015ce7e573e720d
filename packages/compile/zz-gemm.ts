import * as ort from 'onnxruntime-web'
import { encode } from './src/onnx/encode.ts'
const threads = Number(process.argv[2])
ort.env.wasm.numThreads = threads
const rows: string[] = []
for (const [m, k, n] of [[64, 64, 64], [128, 2, 128], [128, 128, 128], [192, 128, 128], [64, 256, 256], [64, 256, 512], [64, 784, 512], [512, 64, 784], [192, 794, 512], [512, 512, 512]]) {
  // Eight products in a row, so that what a call costs is not what is measured.
  const nodes = Array.from({ length: 8 }, (_, i) => ({ op: 'MatMul', inputs: [`a`, `b`], outputs: [`y${i}`], attributes: {} }))
  const model = encode({ nodes: [...nodes, { op: 'Sum', inputs: nodes.map(x => x.outputs[0]!), outputs: ['s'], attributes: {} }, { op: 'ReduceMax', inputs: ['s'], outputs: ['y'], attributes: { keepdims: 0 } }], initializers: [], inputs: [{ name: 'a', shape: [m, k], type: 'float32' }, { name: 'b', shape: [k, n], type: 'float32' }], outputs: [{ name: 'y', shape: [], type: 'float32' }] } as never)
  const s = await ort.InferenceSession.create(model, { executionProviders: ['wasm'], graphOptimizationLevel: 'disabled' })
  const f = (r: number, c: number) => new ort.Tensor('float32', Float32Array.from({ length: r * c }, Math.random), [r, c])
  const feeds = { a: f(m!, k!), b: f(k!, n!) }
  const times: number[] = []
  const t0 = performance.now()
  while (performance.now() - t0 < 700) { const t = performance.now(); await s.run(feeds); times.push((performance.now() - t) / 8) }
  times.sort((a, b) => a - b)
  rows.push(`${m}x${k}x${n} = ${((m! * k! * n!) / 1e6).toFixed(2)} M: min ${times[0]!.toFixed(3)} median ${times[times.length >> 1]!.toFixed(3)} ms`)
  await s.release()
}
console.log(threads, 'threads\n' + rows.join('\n'))
process.exit(0)
