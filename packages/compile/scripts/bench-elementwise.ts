/**
 * How fast a generated kernel updates parameters:
 *
 *     npx tsx --conditions=@equilibria/source packages/compile/scripts/bench-elementwise.ts
 *
 * Adam on the parameters of the multilayer GAN 100-256-512-784 / 784-512-256-1 (1.07 million), in place. Beside it PyTorch's
 * `torch.optim.Adam` as it comes and with `fused=True`, if the Python that the environment variable EQUILIBRIA_PYTHON names (default
 * python3) has PyTorch, and ONNX Runtime with an operator for each kernel, all on one and two threads. Prints milliseconds a million
 * parameters, the best and the median of the rounds, and ratios of the best; engines take turns, so that other work on the machine meets all alike.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { arenaOf } from '../src/arena.ts'
import { fuse } from '../src/elementwise/index.ts'
import { constant, input, type Node, sizeOf } from '../src/graph.ts'
import { lower } from '../src/onnx/lower.ts'
import { onnxruntimeNode } from '../src/targets/onnxruntime-node.ts'

const shapes = [
  ...[[100, 256], [256], [256, 512], [512], [512, 784], [784]],
  ...[[784, 512], [512], [512, 256], [256], [256, 1]],
]
const total = shapes.map(sizeOf).reduce((a, b) => a + b)
const ROUNDS = 60
/** Updates of all parameters in a round. */
const UPDATES = 2

const scalar = (value: number) => constant(Float32Array.of(value), [], 'float32')
const node = (op: string, shape: readonly number[], ...inputs: Node[]): Node => ({
  op,
  inputs,
  attributes: {},
  shape,
  dtype: 'float32',
})

/** As core's `adam` writes it. Inputs: parameter, moments, gradient, rate with the corrections of bias, epsilon with them. */
function adam(shape: readonly number[], beta1 = 0.5, beta2 = 0.999) {
  const [p, m, v, g] = [input(shape), input(shape), input(shape), input(shape)]
  const [scale, epsilon] = [input([]), input([])]
  const mix = (old: Node, now: Node, beta: number) =>
    node(
      'Add',
      shape,
      node('Multiply', shape, old, scalar(beta)),
      node('Multiply', shape, now, scalar(1 - beta)),
    )
  const mean = mix(m, g, beta1)
  const square = mix(v, node('Square', shape, g), beta2)
  const move = node('RealDiv', shape, mean, node('Add', shape, node('Sqrt', shape, square), epsilon))
  const next = node('Sub', shape, p, node('Multiply', shape, scale, move))
  return { inputs: [p, m, v, g, scale, epsilon], outputs: [next, mean, square] }
}

/** An engine: updates all parameters some times and says how many milliseconds one update took. */
interface Contestant {
  readonly name: string
  round(): number | Promise<number>
  stop?(): void
}

function generated(inPlace: boolean): Contestant {
  const memory = new WebAssembly.Memory({ initial: 1024 })
  let free = 64
  const take = (size: number) => {
    const at = free
    free += Math.ceil((size * 4) / 64) * 64
    return at
  }
  const scalars = [take(1), take(1)]
  for (const at of scalars) new Float32Array(memory.buffer, at, 1)[0] = 1e-4
  const kernels = fuse(
    shapes.map(shape => adam(shape)),
    memory,
  )
  const calls = shapes.map((shape, i) => {
    const n = sizeOf(shape)
    const sources = Array.from({ length: 4 }, () => take(n))
    const targets = inPlace ? sources.slice(0, 3) : Array.from({ length: 3 }, () => take(n))
    for (const at of sources)
      new Float32Array(memory.buffer, at, n).forEach((_, j, all) => {
        all[j] = Math.abs(Math.sin(j)) * 0.01
      })
    return () => kernels[i]!.run(n, [...sources, ...scalars], targets)
  })
  const round = () => {
    const begin = performance.now()
    for (let i = 0; i < UPDATES; i++) for (const call of calls) call()
    return (performance.now() - begin) / UPDATES
  }
  return { name: `generated kernel${inPlace ? ', in place' : ''}`, round }
}

/** One model for all parameters, results beside the inputs: ONNX Runtime does not compute in place. */
async function runtime(threads: number): Promise<Contestant> {
  const { load } = await onnxruntimeNode({ threads })
  const updates = shapes.map(shape => adam(shape))
  const graph = {
    inputs: updates.flatMap(({ inputs }) => inputs),
    outputs: updates.flatMap(({ outputs }) => outputs),
  }
  const arena = arenaOf(total * 4 * 8)
  const [inputs, outputs] = [graph.inputs, graph.outputs].map(nodes =>
    nodes.map(({ shape, dtype }) => arena.region(shape, dtype)),
  )
  for (const { view } of inputs!) view.set(view.map((_, i) => Math.abs(Math.sin(i)) * 0.01))
  const session = await load(lower(graph))
  await session.run(inputs!, outputs!)
  return {
    name: `onnxruntime-node, ${threads} thread${threads > 1 ? 's' : ''}`,
    round: async () => {
      const begin = performance.now()
      for (let i = 0; i < UPDATES; i++) await session.run(inputs!, outputs!)
      return (performance.now() - begin) / UPDATES
    },
    stop: () => void session.release(),
  }
}

const program = `
import sys, time, torch
torch.set_num_threads(int(sys.argv[1]))
shapes = ${JSON.stringify(shapes)}
params = [torch.nn.Parameter(torch.randn(s) * .01) for s in shapes]
for p in params: p.grad = torch.randn_like(p) * .01
extra = {'fused': True} if sys.argv[2] == 'fused' else {}
optimizer = torch.optim.Adam(params, lr=1e-4, betas=(.5, .999), **extra)
for _ in range(3): optimizer.step()
print('ready', flush=True)
for line in sys.stdin:
    begin = time.perf_counter()
    for _ in range(${UPDATES}): optimizer.step()
    print((time.perf_counter() - begin) * 1000 / ${UPDATES}, flush=True)
`

async function torch(threads: number, kind: 'default' | 'fused'): Promise<Contestant | undefined> {
  const python = spawn(process.env.EQUILIBRIA_PYTHON ?? 'python3', ['-c', program, `${threads}`, kind], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  python.on('error', () => {})
  const lines = createInterface(python.stdout)[Symbol.asyncIterator]()
  if ((await lines.next()).value !== 'ready') return undefined
  return {
    name: `torch.optim.Adam${kind === 'fused' ? '(fused=True)' : ''}, ${threads} thread${threads > 1 ? 's' : ''}`,
    round: async () => {
      python.stdin.write('\n')
      return Number((await lines.next()).value)
    },
    stop: () => python.stdin.end(),
  }
}

const contestants = [generated(true), generated(false)]
for (const threads of [1, 2]) {
  contestants.push(await runtime(threads))
  for (const kind of ['default', 'fused'] as const) {
    const found = await torch(threads, kind)
    if (found) contestants.push(found)
  }
}

const times = contestants.map((): number[] => [])
for (let round = 0; round < ROUNDS; round++)
  for (const [i, contestant] of contestants.entries())
    times[i]!.push((await contestant.round()) / (total / 1e6))
for (const { stop } of contestants) stop?.()

const sorted = times.map(own => own.toSorted((a, b) => a - b))
console.log(`${total} parameters; milliseconds a million\n`)
console.log(`${''.padEnd(44)} ${'best'.padStart(6)} ${'median'.padStart(7)} ${'ratio'.padStart(6)}`)
contestants.forEach(({ name }, i) => {
  const [best, median] = [sorted[i]![0]!, sorted[i]![ROUNDS >> 1]!]
  const ratio = best / sorted[0]![0]!
  console.log(
    `${name.padEnd(44)} ${best.toFixed(2).padStart(6)} ${median.toFixed(2).padStart(7)} ${ratio.toFixed(2).padStart(6)}`,
  )
})
