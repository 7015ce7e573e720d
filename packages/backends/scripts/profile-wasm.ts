/** Where a GAN step's time goes on wasm, kernel by kernel: `npx tsx --conditions=@equilibria/source profile-wasm.ts [mlp|dcgan] [backend]`. */
import { release, type State, tensorsOf } from '@equilibria/core'
import { engine, getKernelsForBackend, randomUniform } from '@tensorflow/tfjs-core'
import { useBackend } from '../src/index.ts'
import { dcgan, mlp } from './games.ts'

const [which = 'mlp', backend = 'wasm'] = process.argv.slice(2)
const report = await useBackend(backend)
const spent = new Map<string, { calls: number; ms: number }>()
let counting = false
let inside = 0
for (const kernel of getKernelsForBackend(report.backend)) {
  const { kernelFunc, kernelName } = kernel
  kernel.kernelFunc = call => {
    if (!counting || inside > 0) return kernelFunc(call)
    inside++
    const start = performance.now()
    const out = kernelFunc(call)
    const ms = performance.now() - start
    inside--
    const shapes = Object.values(call.inputs ?? {})
      .map(t => (t as { shape?: number[] })?.shape?.join('x') ?? '?')
      .join(' ')
    const key = process.env.SHAPES ? `${kernelName} ${shapes}` : kernelName
    const entry = spent.get(key) ?? { calls: 0, ms: 0 }
    spent.set(key, { calls: entry.calls + 1, ms: entry.ms + ms })
    return out
  }
}
const step = which === 'mlp' ? mlp() : dcgan()
const data = randomUniform(which === 'mlp' ? [64, 784] : [64, 28, 28, 1], -1, 1)
let state: State = step.init(1)
const advance = async (): Promise<void> => {
  const next = step.next(state, Array(step.draws).fill({ data }))
  release(tensorsOf(state), tensorsOf(next))
  state = next
  await engine().backend.read((Object.values(Object.values(next.stats)[0]!)[0] as { dataId: object }).dataId)
}
for (let i = 0; i < 3; i++) await advance()
counting = true
const runs = Number(process.env.RUNS ?? 10)
const used = process.cpuUsage()
const start = performance.now()
for (let i = 0; i < runs; i++) await advance()
const total = (performance.now() - start) / runs
const { user, system } = process.cpuUsage(used)
const processor = (user + system) / 1000 / runs
const rows = [...spent].sort((a, b) => b[1].ms - a[1].ms)
let kernels = 0
for (const [, { ms }] of rows) kernels += ms / runs
console.log(
  `${which} on ${report.name}: ${total.toFixed(1)} ms a step, ${processor.toFixed(1)} ms of processor time (${(64000 / total).toFixed(0)} images/s), ${kernels.toFixed(1)} ms in kernels, ${engine().memory().numTensors} tensors`,
)
for (const [name, { calls, ms }] of rows.slice(0, Number(process.env.ROWS ?? 30))) {
  console.log(`${(ms / runs).toFixed(3).padStart(9)} ms ${String(calls / runs).padStart(6)} calls  ${name}`)
}
