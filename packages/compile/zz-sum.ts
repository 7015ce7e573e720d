import '@tensorflow/tfjs-backend-cpu'
import { useBackend } from '../backends/src/index.ts'
import * as tf from '@tensorflow/tfjs-core'
import * as web from 'onnxruntime-web'
import * as node from 'onnxruntime-node'
import { encode } from './src/onnx/encode.ts'
await useBackend('wasm')
web.env.wasm.numThreads = 1
const n = 4096
const model = (nodes: any[], init: any[] = []) => encode({ nodes, initializers: init, inputs: [{ name: 'x', shape: [n], type: 'float32' }], outputs: [{ name: 'y', shape: [], type: 'float32' }] } as never)
const i64 = (name: string, ...v: number[]) => ({ name, shape: [v.length], type: 'int64', data: BigInt64Array.from(v.map(BigInt)) })
const plain = model([{ op: 'ReduceSum', inputs: ['x', 'a'], outputs: ['y'], attributes: { keepdims: 0 } }], [i64('a', 0)])
const blocks = model([{ op: 'Reshape', inputs: ['x', 's'], outputs: ['m'], attributes: {} }, { op: 'ReduceSum', inputs: ['m', 'a'], outputs: ['r'], attributes: { keepdims: 0 } }, { op: 'ReduceSum', inputs: ['r', 'b'], outputs: ['y'], attributes: { keepdims: 0 } }], [i64('s', 64, 64), i64('a', 1), i64('b', 0)])
const ones = model([{ op: 'Reshape', inputs: ['x', 's'], outputs: ['m'], attributes: {} }, { op: 'MatMul', inputs: ['o', 'm'], outputs: ['r'], attributes: {} }, { op: 'ReduceSum', inputs: ['r', 'b'], outputs: ['y'], attributes: { keepdims: 0 } }], [i64('s', 64, 64), i64('b', 0), { name: 'o', shape: [64], type: 'float32', data: new Float32Array(64).fill(1) }])
for (const spread of [0.02, 0.3, 1]) {
  const errs: Record<string, number[]> = {}
  const sessions: any[] = []
  for (const [rt, name, opt] of [[web, 'web', 'wasm'], [node, 'node', 'cpu']] as any) for (const [kind, m] of [['plain', plain], ['blocks', blocks], ['ones', ones]] as any) sessions.push([`${name} ${kind}`, await rt.InferenceSession.create(m, { executionProviders: [opt], graphOptimizationLevel: 'disabled' }), rt])
  for (let t = 0; t < 20; t++) {
    const x = Float32Array.from({ length: n }, () => 5 - spread * Math.random())
    const exact = x.reduce((a, b) => a + b, 0)
    const note = (k: string, v: number) => (errs[k] ??= []).push(Math.abs(v - exact) / n)
    note('eager', (await tf.sum(tf.tensor(x)).data())[0]!)
    for (const [k, s, rt] of sessions) note(k, (await s.run({ x: new rt.Tensor('float32', x, [n]) })).y.data[0])
  }
  console.log(spread, Object.fromEntries(Object.entries(errs).map(([k, v]) => [k, Math.max(...v).toExponential(1)])))
}
process.exit(0)
