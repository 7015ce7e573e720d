/**
 * How fast each form of a convolution is; writes what it finds into src/onnx/convolution/measured.ts, the table by which forms are chosen:
 *
 *     npx tsx --conditions=@equilibria/source packages/compile/scripts/bench-convolution.ts [cpu] [wasm] [--only plain,grouped,dilated] [--rounds 5] [--clear 1]
 *
 * For every convolution below, its gradients and every form possible: one model on two threads, all forms in turns, the best of the
 * rounds, as billions of floating-point operations a second (those of the convolution, however many the form does).
 * With `--clear 1.3` only those rows go into the table whose fastest form is 1.3 times as fast as the next: on a machine with other work. Names of devices, and of convolutions after `--only`, measure these alone and leave the others' rows as they are. Depthwise convolutions have one form and GPUs too (see
 * `possible` in forms.ts), so that there is nothing to choose.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { arenaOf, paddedBytes, type Region } from '../src/arena.ts'
import { type Graph, input, type Node, sizeOf } from '../src/graph.ts'
import { call } from '../src/kernels.ts'
import { type Form, type Pass, passNames, possible } from '../src/onnx/convolution/forms.ts'
import { outSize } from '../src/onnx/convolution/geometry.ts'
import { type Measured, measured } from '../src/onnx/convolution/measured.ts'
import { lower } from '../src/onnx/lower.ts'
import { extentOf, shapeOf } from '../src/onnx/operators/convolution.ts'
import type { Target } from '../src/target.ts'
import { onnxruntimeNode } from '../src/targets/onnxruntime-node.ts'
import { onnxruntimeWeb } from '../src/targets/onnxruntime-web.ts'

const IMAGES = 32
const THREADS = 2

/** [filter, stride, size of the input, inputs, outputs, groups (default 1), dilation (default 1)] */
type Convolution = readonly [number, number, number, number, number, number?, number?]

const plain: readonly Convolution[] = [
  [1, 1, 32, 64, 64],
  [1, 1, 8, 128, 256],
  [3, 1, 32, 3, 64],
  [3, 1, 32, 64, 3],
  [3, 1, 32, 16, 16],
  [3, 1, 32, 64, 64],
  [3, 1, 16, 16, 16],
  [3, 1, 16, 64, 64],
  [3, 1, 8, 16, 16],
  [3, 1, 8, 64, 64],
  [3, 1, 8, 128, 128],
  [3, 1, 4, 64, 64],
  [3, 2, 16, 64, 128],
  [4, 2, 64, 3, 64],
  [4, 2, 32, 64, 128],
  [4, 2, 28, 1, 64],
  [4, 2, 14, 64, 128],
  [4, 2, 8, 256, 512],
  [5, 1, 28, 1, 32],
  [5, 1, 28, 32, 1],
  [5, 2, 28, 1, 32],
  [5, 2, 32, 32, 64],
  [5, 2, 14, 32, 64],
  [5, 2, 8, 256, 512],
]
// Each of the size of a plain one, whose nearest row therefore stays its own: a group of theirs, or taps apart.
const convolutions: { readonly [kind: string]: readonly Convolution[] } = {
  plain,
  grouped: [
    [3, 1, 32, 64, 64, 4],
    [3, 1, 16, 64, 64, 4],
    [3, 1, 8, 64, 64, 4],
  ],
  dilated: [
    [3, 1, 32, 64, 64, 1, 2],
    [3, 1, 16, 64, 64, 1, 2],
    [3, 1, 8, 64, 64, 1, 2],
  ],
}

/** The graph of one kernel: a convolution or one of its gradients; in groups as networks compose it, of convolutions of parts. */
function graphOf(pass: Pass, [filter, stride, size, inputs, outputs, groups = 1, dilation = 1]: Convolution) {
  const attributes = {
    strides: [stride, stride],
    pad: 'same',
    dilations: [dilation, dilation],
    dataFormat: 'NHWC',
  }
  const shapes = {
    x: [IMAGES, size, size, inputs],
    filter: [filter, filter, inputs / groups, outputs],
    y: [IMAGES, Math.ceil(size / stride), Math.ceil(size / stride), outputs],
  }
  const [op, from, to] = {
    forward: ['Conv2D', [shapes.x, shapes.filter], shapes.y],
    toInput: ['Conv2DBackpropInput', [shapes.y, shapes.filter], shapes.x],
    toFilter: ['Conv2DBackpropFilter', [shapes.x, shapes.y], shapes.filter],
  }[pass] as [string, number[][], number[]]
  const given = from.map(shape => input(shape))
  const nodeOf = (own: readonly Node[], shape: readonly number[]): Node => ({
    op,
    inputs: own,
    attributes,
    shape,
    dtype: 'float32',
  })
  const part = (shape: readonly number[]) => shape.with(3, shape[3]! / groups)
  const parts = Array.from({ length: groups }, (_, i) =>
    nodeOf(
      given.map(whole =>
        call('Slice', [whole], { begin: [0, 0, 0, i * part(whole.shape)[3]!], size: part(whole.shape) }),
      ),
      part(to),
    ),
  )
  const node = groups === 1 ? nodeOf(given, to) : call('Concat', parts, { axis: 3 })
  const graph: Graph = { inputs: given, outputs: [node] }
  return { graph, shape: shapeOf(nodeOf(given, to), shapes.x, shapes.filter, outputs) }
}

async function speeds(target: Target, pass: Pass, of: Convolution): Promise<Measured> {
  const { graph, shape } = graphOf(pass, of)
  const nodes = [...graph.inputs, ...graph.outputs]
  const arena = arenaOf(nodes.reduce((sum, node) => sum + paddedBytes(node.shape, node.dtype), 64))
  const regions = nodes.map((node): Region => arena.region(node.shape, node.dtype))
  for (const { view } of regions.slice(0, 2))
    for (let i = 0; i < view.length; i++) view[i] = Math.random() - 0.5
  const forms = possible(pass, shape, target)
  const sessions = []
  for (const form of forms) {
    const model = lower(graph, { device: target, form: () => form })
    sessions.push({ form, session: await target.load(model), best: Number.POSITIVE_INFINITY })
  }
  for (let round = 0; round <= rounds; round++)
    for (const each of sessions) {
      const start = performance.now()
      await each.session.run(regions.slice(0, 2), regions.slice(2))
      // The first round makes memory.
      if (round > 0) each.best = Math.min(each.best, performance.now() - start)
    }
  for (const { session } of sessions) await session.release()
  const operations =
    2 * IMAGES * sizeOf(outSize(shape)) * sizeOf(shape.filter) * (shape.inputs / shape.groups) * shape.outputs
  const list = sessions.map(({ form, best }): [Form, number] => [
    form,
    Math.round(operations / best / 1e5) / 10,
  ])
  return { pass, ...extentOf(shape), speeds: Object.fromEntries(list) }
}

/** Which of the lists a row is of. */
const kindOf = ({ groups = 1, dilation = 1 }: Measured) =>
  groups > 1 ? 'grouped' : dilation > 1 ? 'dilated' : 'plain'

const devices = ['cpu', 'wasm'] as const
const { values: options, positionals: asked } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: Object.keys(convolutions).join() },
    rounds: { type: 'string', default: '5' },
    clear: { type: 'string', default: '1' },
  },
})
const only = options.only.split(',')
for (const [names, known] of [
  [asked, devices],
  [only, Object.keys(convolutions)],
] as const) {
  const wrong = names.find(name => !(known as readonly string[]).includes(name))
  if (wrong !== undefined) throw new Error(`unknown "${wrong}"; known: ${known.join(', ')}`)
}
const rounds = Number(options.rounds)
if (!(rounds >= 1)) throw new Error(`--rounds: expected a number >= 1, got ${options.rounds}`)
/** Whether the fastest form is enough faster than the next. Where there is but one, nothing is to be chosen. */
const isClear = ({ speeds }: Measured) => {
  const [best = 0, next] = Object.values(speeds).toSorted((a, b) => b - a)
  return next !== undefined && best >= Number(options.clear) * next
}
const found: Record<string, readonly Measured[]> = { ...measured }
for (const device of devices) {
  if (asked.length > 0 && !asked.includes(device)) continue
  const target = await (device === 'cpu' ? onnxruntimeNode : onnxruntimeWeb)({ threads: THREADS })
  const rows: Measured[] = []
  for (const [kind, list] of Object.entries(convolutions)) {
    if (!only.includes(kind)) rows.push(...measured[device].filter(row => kindOf(row) === kind))
    else
      for (const of of list)
        for (const pass of passNames) {
          const row = await speeds(target, pass, of)
          if (isClear(row)) rows.push(row)
          console.error(device, of.join(' '), pass, JSON.stringify(row.speeds))
        }
  }
  found[device] = rows
}
const further = ({ groups = 1, dilation = 1 }: Measured) =>
  `${groups > 1 ? ` groups: ${groups},` : ''}${dilation > 1 ? ` dilation: ${dilation},` : ''}`
const text = (row: Measured) =>
  `    { pass: '${row.pass}', filter: ${row.filter}, stride: ${row.stride}, size: ${row.size}, inputs: ${row.inputs}, outputs: ${row.outputs},${further(row)} speeds: { ${Object.entries(
    row.speeds,
  )
    .map(([form, speed]) => `${form}: ${speed}`)
    .join(', ')} } },`
writeFileSync(
  join(import.meta.dirname, '../src/onnx/convolution/measured.ts'),
  `// Written by packages/compile/scripts/bench-convolution.ts.
import type { Extent, Form, Pass } from './forms.ts'

/** A convolution and its speed in each form that it can have: billions of floating-point operations a second. */
export interface Measured extends Extent {
  readonly pass: Pass
  readonly speeds: { readonly [form in Form]?: number }
}

export const measured: { readonly [kind in 'cpu' | 'wasm']: readonly Measured[] } = {
${devices.map(device => `  // biome-ignore format: a table\n  ${device}: [\n${(found[device] ?? []).map(text).join('\n')}\n  ],`).join('\n')}
}
`,
)
process.exit(0)
