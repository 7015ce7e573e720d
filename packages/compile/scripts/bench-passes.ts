/**
 * What each pass over a step's graph is good for: steps of the bench's models compiled with all passes, and with each left out in turn.
 *
 *     npm run bench:passes [-- --models mlp,dcgan --rounds 9 --seconds 0.4 --threads 2]
 *
 * All variants of a model take turns, begun by another one each round; a cell is the median over rounds of a variant's time as a multiple of that with all
 * passes in the same round. A variant whose plan is the same is not run. State, batch and random numbers lie in an arena as in training; handing over to tfjs and drawing
 * numbers are left out. Prints a table, and writes it into docs/benchmarks/passes.md if all models took part.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import '@tensorflow/tfjs-backend-cpu'
import { type Batch, key, leaves, mend, release, tensorsOf, uniform } from '@equilibria/core'
import { setBackend, type Tensor } from '@tensorflow/tfjs-core'
import { load as loadOf, machine } from '../../../bench/machine.ts'
import { models, stepOf } from '../../../bench/models.ts'
import type { ModelName } from '../../../bench/options.ts'
import { median } from '../../../bench/statistics.ts'
import { arenaOf, paddedBytes, type Region } from '../src/arena.ts'
import { type Node, nodesOf, sizeOf } from '../src/graph.ts'
import { optimize, passes } from '../src/passes/index.ts'
import { bytesOfPlan, load, type Plan, planOf } from '../src/program.ts'
import type { Target } from '../src/target.ts'
import { onnxruntimeNode } from '../src/targets/onnxruntime-node.ts'
import { carried, traceStep } from '../src/trace-step.ts'

/** Rows of a batch: less where steps are long. */
const batches: { readonly [model in ModelName]: number } = { mlp: 64, dcgan: 64, resnet: 8, r3gan: 8 }

const { values: given } = parseArgs({
  options: {
    models: { type: 'string', default: Object.keys(batches).join() },
    rounds: { type: 'string', default: '9' },
    seconds: { type: 'string', default: '0.4' },
    threads: { type: 'string', default: '2' },
  },
})
const names = given.models.split(',')
const wrong = names.find(name => !Object.hasOwn(batches, name))
if (wrong !== undefined)
  throw new Error(`unknown model "${wrong}"; known: ${Object.keys(batches).join(', ')}`)
const [rounds, seconds, threads] = ['rounds', 'seconds', 'threads'].map(name => {
  const n = Number(given[name as keyof typeof given])
  if (!(n > 0)) throw new Error(`--${name}: expected a number > 0, got ${given[name as keyof typeof given]}`)
  return n
}) as [number, number, number]

/** What is left out, by the row's name. */
const variants: {
  readonly [row: string]: { readonly without: readonly string[]; readonly kernels: boolean }
} = {
  'all passes': { without: [], kernels: true },
  ...Object.fromEntries(
    Object.keys(passes).map(name => [`without ${name}`, { without: [name], kernels: true }]),
  ),
  'without any': { without: Object.keys(passes), kernels: true },
  'all, without element-wise kernels': { without: [], kernels: false },
}

/** Whether two plans run the same models and kernels. */
const described = ({ stages }: Plan) =>
  stages
    .map(({ kind, model, graph }) =>
      model
        ? Buffer.from(model.model).toString('base64')
        : `${kind} ${nodesOf(graph).map(({ op, shape }) => `${op}${shape}`)}`,
    )
    .join('\n')

interface Variant {
  readonly row: string
  readonly plan: Plan
  readonly operators: number
  step(): Promise<void>
  release(): Promise<void>
  readonly times: number[]
  count: number
}

/** A model's step in one variant, on memory of its own. */
async function prepare(
  target: Target,
  row: string,
  plan: Plan,
  state: readonly Float32Array[],
): Promise<Variant> {
  const { graph } = plan
  const room = (nodes: readonly Node[]) =>
    nodes.reduce((sum, { shape, dtype }) => sum + paddedBytes(shape, dtype), 0)
  const arena = arenaOf(room(graph.inputs) + room(graph.outputs) + bytesOfPlan(plan) + 64)
  const regions = (nodes: readonly Node[]): Region[] =>
    nodes.map(({ shape, dtype }) => arena.region(shape, dtype))
  const [inputs, outputs] = [regions(graph.inputs), regions(graph.outputs)]
  inputs.forEach(({ view }, i) => {
    const known = state[i]
    if (known) view.set(known)
    // Batches and random numbers; the count stays what it is all along.
    else for (let j = 0; j < view.length; j++) view[j] = view.length === 1 ? 1 : Math.sin(i + j)
  })
  const program = await load(plan, target, arena)
  // State is read and written in turn, as in training.
  const [even, odd] = [
    [inputs, outputs],
    [
      [...outputs.slice(0, state.length), ...inputs.slice(state.length)],
      [...inputs.slice(0, state.length), ...outputs.slice(state.length)],
    ],
  ] as const
  let turn = 0
  return {
    row,
    plan,
    operators: nodesOf(graph).length,
    step: () => program.run(...(turn++ % 2 === 0 ? even : odd)),
    release: () => program.release(),
    times: [],
    count: 1,
  }
}

async function turnOf(variant: Variant, count: number) {
  const begin = performance.now()
  for (let i = 0; i < count; i++) await variant.step()
  return (performance.now() - begin) / count
}

/** Milliseconds a step with all passes, and rows: the ratio of each variant, none where it is the same plan. */
async function measure(target: Target, name: ModelName) {
  const model = models[name]()
  const step = stepOf(model)
  const state = step.init(0)
  const batch: Batch = { data: uniform(key(1), [batches[name], ...model.shape], -1, 1) }
  const own = await Promise.all(
    leaves<Tensor>(carried(state)).map(async tensor => (await tensor.data()) as Float32Array),
  )
  const [traced] = traceStep(step, { state, batches: [batch] })
  release([tensorsOf(state), { ...batch }])
  const running: Variant[] = []
  const same = new Map<string, string>()
  for (const [row, { without, kernels }] of Object.entries(variants)) {
    const graph = optimize(traced!.graph, { without })
    const updates = graph.outputs.slice(0, own.length).filter(node => sizeOf(node.shape) > 1)
    const plan = planOf(graph, { target, updates: kernels ? updates : [] })
    const text = described(plan)
    if (same.has(text)) continue
    same.set(text, row)
    running.push(await prepare(target, row, plan, own))
    console.error(`${name}: ${row}, ${nodesOf(graph).length} kernels in ${plan.stages.length} stages`)
  }
  for (const variant of running) {
    await turnOf(variant, 2)
    variant.count = Math.max(1, Math.round((seconds * 1000) / (await turnOf(variant, 1))))
  }
  for (let round = 0; round < rounds; round++)
    for (let i = 0; i < running.length; i++) {
      const variant = running[(i + round) % running.length]!
      variant.times.push(await turnOf(variant, variant.count))
    }
  for (const variant of running) await variant.release()
  const [all] = running as [Variant]
  const { passing } = all.plan
  const apart = [...passing.at.keys()].reduce((sum, { shape, dtype }) => sum + paddedBytes(shape, dtype), 0)
  return {
    milliseconds: median(all.times),
    ratios: new Map(
      running.map(({ row, times }) => [row, median(times.map((time, round) => time / all.times[round]!))]),
    ),
    passing: passing.bytes,
    apart,
  }
}

await setBackend('cpu')
mend()
const before = loadOf()
const target = await onnxruntimeNode({ threads })
const found = new Map<string, Awaited<ReturnType<typeof measure>>>()
for (const name of names) found.set(name, await measure(target, name as ModelName))

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
const columns = [...found.values()]
const MB = 2 ** 20
const text = [
  row(['', ...names.map(name => `${name}, batch ${batches[name as ModelName]}`)]),
  row(['---', ...names.map(() => '---:')]),
  ...Object.keys(variants).map((name, i) =>
    row([
      name,
      ...columns.map(({ milliseconds, ratios }) =>
        i === 0 ? `${milliseconds.toPrecision(3)} ms` : (ratios.get(name)?.toFixed(2) ?? 'same plan'),
      ),
    ]),
  ),
  row([
    'passes between stages (were nothing used again)',
    ...columns.map(({ passing, apart }) => `${(passing / MB).toFixed(1)} MB (${(apart / MB).toFixed(1)} MB)`),
  ]),
].join('\n')
const { processor, cores, system, node } = machine()
const page = `# Benchmark: passes

Times of a compiled step with a pass left out, as multiples of the time with all: above 1, the pass helps. \`npm run bench:passes\` writes this page; what it measures stands in
[packages/compile/scripts/bench-passes.ts](../../packages/compile/scripts/bench-passes.ts).

${new Date().toISOString().slice(0, 10)}; ${processor}, ${cores} cores, ${system}; Node ${node}, ${target.name}. Medians of ${rounds} rounds in turns, ${seconds} s of work each; load of the machine ${before} before, ${loadOf()} after.

${text}
`
console.log(page)
if (names.length === Object.keys(batches).length)
  writeFileSync(join(import.meta.dirname, '../../../docs/benchmarks/passes.md'), page)
process.exit(0)
