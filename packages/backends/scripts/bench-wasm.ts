/**
 * How fast the wasm backend is, with our kernels and with the stock ones where there are any:
 *
 *     npx tsx --conditions=@equilibria/source packages/backends/scripts/bench-wasm.ts [backend ...]
 *
 * Prints GFLOP/s of products and convolutions and nanoseconds an element of the rest on one thread, and images a second of two GANs (batch
 * 64, critic and generator step with Adam) on every backend named (default wasm). Times are the best of several rounds: run
 * it on a quiet machine.
 */
import '@tensorflow/tfjs-backend-wasm'
import { release, type State, tensorsOf } from '@equilibria/core'
import {
  engine,
  getKernelsForBackend,
  type KernelFunc,
  type NamedTensorInfoMap,
  randomUniform,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { useBackend } from '../src/index.ts'
import { dcgan, mlp } from './games.ts'

type Kernel = (inputs: Record<string, TensorInfo>, attrs: object) => void

const stock = new Map<string, KernelFunc>()
for (const kernel of getKernelsForBackend('wasm')) stock.set(kernel.kernelName, kernel.kernelFunc)
const report = await useBackend('wasm', { threads: 1 })
console.log(`${report.device}; ${report.threads} thread(s)\n`)
const ours = new Map(getKernelsForBackend('wasm').map(kernel => [kernel.kernelName, kernel.kernelFunc]))

const runner =
  (table: Map<string, KernelFunc>, name: string): Kernel =>
  (inputs, attrs) => {
    const { backend } = engine()
    const out = table.get(name)!({ inputs: inputs as NamedTensorInfoMap, attrs: attrs as never, backend })
    for (const info of [out].flat()) backend.disposeData(info.dataId)
  }

/** Best time of one call, in seconds. */
function time(run: () => void): number {
  const begin = performance.now()
  run()
  run()
  const calls = Math.max(1, Math.ceil(20 / Math.max(0.01, (performance.now() - begin) / 2)))
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 7; round++) {
    const start = performance.now()
    for (let i = 0; i < calls; i++) run()
    best = Math.min(best, (performance.now() - start) / calls)
  }
  return best / 1000
}

/** One row: ours, stock, ratio. `rate` turns seconds into the unit's number. */
function row(
  label: string,
  name: string,
  inputs: Record<string, TensorInfo>,
  attrs: object,
  rate: (s: number) => number,
) {
  const us = time(() => runner(ours, name)(inputs, attrs))
  const theirs = stock.has(name) ? time(() => runner(stock, name)(inputs, attrs)) : undefined
  const number = (s: number | undefined) => (s === undefined ? 'none' : rate(s).toFixed(2)).padStart(10)
  const ratio = theirs === undefined ? '' : `${(theirs / us).toFixed(1)}x`
  console.log(`${label.padEnd(46)}${number(us)}${number(theirs)}${ratio.padStart(9)}`)
}

const heading = (text: string): void =>
  console.log(`\n${text.padEnd(46)}${'ours'.padStart(10)}${'stock'.padStart(10)}`)

heading('matrix product, GFLOP/s')
for (const [m, n, k, transposeA, transposeB] of [
  [512, 512, 512, false, false],
  [512, 512, 512, true, false],
  [512, 512, 512, false, true],
  [64, 512, 784, false, false],
  [784, 512, 64, true, false],
  [64, 784, 512, false, true],
  [64, 1, 256, false, false],
] as const) {
  const a = randomUniform(transposeA ? [1, k, m] : [1, m, k], -1, 1)
  const b = randomUniform(transposeB ? [1, n, k] : [1, k, n], -1, 1)
  const label = `[${m}, ${k}] x [${k}, ${n}]${transposeA ? ', A transposed' : ''}${transposeB ? ', B transposed' : ''}`
  row(label, 'BatchMatMul', { a, b }, { transposeA, transposeB }, s => (2 * m * n * k) / s / 1e9)
  a.dispose()
  b.dispose()
}

heading('convolution, batch 64, GFLOP/s')
for (const [size, ci, co, tap, stride] of [
  [28, 1, 64, 4, 2],
  [14, 64, 128, 4, 2],
  [32, 64, 64, 3, 1],
  [32, 3, 64, 4, 2],
  [32, 64, 3, 3, 1],
] as const) {
  const out = Math.ceil(size / stride)
  const x = randomUniform([64, size, size, ci], -1, 1)
  const filter = randomUniform([tap, tap, ci, co], -1, 1)
  const dy = randomUniform([64, out, out, co], -1, 1)
  const attrs = {
    strides: [stride, stride],
    pad: 'same',
    dataFormat: 'NHWC',
    dilations: [1, 1],
    inputShape: x.shape,
    filterShape: filter.shape,
  }
  const rate = (s: number): number => (2 * 64 * out * out * co * ci * tap * tap) / s / 1e9
  const label = `${size} x ${size}, ${ci} to ${co}, ${tap} x ${tap}, stride ${stride}`
  row(label, 'Conv2D', { x, filter }, attrs, rate)
  row('  gradient of the input', 'Conv2DBackpropInput', { dy, filter }, attrs, rate)
  row('  gradient of the filter', 'Conv2DBackpropFilter', { x, dy }, attrs, rate)
  for (const t of [x, filter, dy]) t.dispose()
}

heading('[512, 1024], ns an element of the larger side')
const x = randomUniform([512, 1024], 0.1, 2)
const y = randomUniform([512, 1024], 0.1, 2)
const first = randomUniform([1, 1024], -1, 1)
const count = x.size
const perElement = (s: number): number => (s * 1e9) / count
for (const name of [
  'Tanh',
  'Sigmoid',
  'Softplus',
  'Exp',
  'Log',
  'Sqrt',
  'Rsqrt',
  'Elu',
  'LeakyRelu',
  'Erf',
]) {
  row(name, name, { x }, { alpha: 0.2 }, perElement)
}
for (const name of ['Maximum', 'Greater', 'Equal']) row(name, name, { a: x, b: y }, {}, perElement)
for (const axis of [[0], [1], [0, 1]]) {
  row(`Sum over ${axis}`, 'Sum', { x }, { axis, keepDims: false }, perElement)
}
row('Mean over 0', 'Mean', { x }, { axis: [0], keepDims: false }, perElement)
row('Max over 1', 'Max', { x }, { reductionIndices: [1], keepDims: false }, perElement)
row('Identity', 'Identity', { x }, {}, perElement)
row('Transpose', 'Transpose', { x }, { perm: [1, 0] }, perElement)
row('Tile of a row', 'Tile', { x: first }, { reps: [512, 1] }, perElement)
row('Slice', 'Slice', { x }, { begin: [0, 1], size: [512, 1022] }, perElement)
row('Reverse', 'Reverse', { x }, { dims: [1] }, perElement)
for (const t of [x, y, first]) t.dispose()

console.log('\nGAN, images/s')
for (const backend of process.argv.length > 2 ? process.argv.slice(2) : ['wasm']) {
  const { threads } = await useBackend(backend)
  for (const [name, make, shape] of [
    ['MLP', mlp, [64, 784]],
    ['DCGAN', dcgan, [64, 28, 28, 1]],
  ] as const) {
    const step = make()
    const data = randomUniform([...shape], -1, 1)
    let state: State = step.init(1)
    let best = 0
    for (let round = 0; round < 8; round++) {
      const steps = 5
      const start = performance.now()
      for (let i = 0; i < steps; i++) {
        const next = step.next(state, Array(step.draws).fill({ data }))
        release(tensorsOf(state), tensorsOf(next))
        state = next
      }
      const [stats] = Object.values(state.stats)
      await Object.values(stats!)[0]!.data()
      if (round > 0) best = Math.max(best, (64_000 * steps) / (performance.now() - start))
    }
    console.log(`${`${name} on ${backend}, ${threads} thread(s)`.padEnd(46)}${best.toFixed(0).padStart(10)}`)
    release(tensorsOf(state))
    data.dispose()
  }
}
