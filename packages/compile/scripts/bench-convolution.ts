/**
 * How fast each form of a convolution is; writes what it finds into src/onnx/convolution/measured.ts, the table by which forms are chosen:
 *
 *     npx tsx --conditions=@equilibria/source packages/compile/scripts/bench-convolution.ts [cpu] [wasm]
 *
 * For every convolution below, its gradients and every form possible: one model on two threads, all forms in turns, the best of the
 * rounds, as billions of floating-point operations a second (those of the convolution, however many the form does).
 * Names of kinds measure these alone and leave the others' rows as they are.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { arenaOf, paddedBytes, type Region } from '../src/arena.ts'
import { type Graph, input, type Node, sizeOf } from '../src/graph.ts'
import { type Form, type Pass, passNames, possible } from '../src/onnx/convolution/forms.ts'
import { outSize } from '../src/onnx/convolution/geometry.ts'
import { type Measured, measured } from '../src/onnx/convolution/measured.ts'
import { lower } from '../src/onnx/lower.ts'
import { extentOf, shapeOf } from '../src/onnx/operators/convolution.ts'
import type { Target } from '../src/target.ts'
import { onnxruntimeNode } from '../src/targets/onnxruntime-node.ts'
import { onnxruntimeWeb } from '../src/targets/onnxruntime-web.ts'

const IMAGES = 32
const ROUNDS = 5
const THREADS = 2

/** [filter, stride, size of the input, inputs, outputs] */
const convolutions = [
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
] as const

/** The graph of one kernel: a convolution or one of its gradients. */
function graphOf(pass: Pass, [filter, stride, size, inputs, outputs]: (typeof convolutions)[number]) {
  const attributes = { strides: [stride, stride], pad: 'same', dilations: [1, 1], dataFormat: 'NHWC' }
  const shapes = {
    x: [IMAGES, size, size, inputs],
    filter: [filter, filter, inputs, outputs],
    y: [IMAGES, Math.ceil(size / stride), Math.ceil(size / stride), outputs],
  }
  const [op, from, to] = {
    forward: ['Conv2D', [shapes.x, shapes.filter], shapes.y],
    toInput: ['Conv2DBackpropInput', [shapes.y, shapes.filter], shapes.x],
    toFilter: ['Conv2DBackpropFilter', [shapes.x, shapes.y], shapes.filter],
  }[pass] as [string, number[][], number[]]
  const given = from.map(shape => input(shape))
  const node: Node = { op, inputs: given, attributes, shape: to, dtype: 'float32' }
  const graph: Graph = { inputs: given, outputs: [node] }
  return { graph, shape: shapeOf(node, shapes.x, shapes.filter, outputs) }
}

async function speeds(target: Target, pass: Pass, of: (typeof convolutions)[number]): Promise<Measured> {
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
  for (let round = 0; round <= ROUNDS; round++)
    for (const each of sessions) {
      const start = performance.now()
      await each.session.run(regions.slice(0, 2), regions.slice(2))
      // The first round makes memory.
      if (round > 0) each.best = Math.min(each.best, performance.now() - start)
    }
  for (const { session } of sessions) await session.release()
  const operations = 2 * IMAGES * sizeOf(outSize(shape)) * sizeOf(shape.filter) * shape.inputs * shape.outputs
  const list = sessions.map(({ form, best }): [Form, number] => [
    form,
    Math.round(operations / best / 1e5) / 10,
  ])
  return { pass, ...extentOf(shape), speeds: Object.fromEntries(list) }
}

const kinds = ['cpu', 'wasm'] as const
const asked = process.argv.slice(2)
const wrong = asked.find(kind => !(kinds as readonly string[]).includes(kind))
if (wrong !== undefined) throw new Error(`unknown kind of device "${wrong}"; known: ${kinds.join(', ')}`)
const found: Record<string, readonly Measured[]> = { ...measured }
for (const kind of kinds) {
  if (asked.length > 0 && !asked.includes(kind)) continue
  const target = await (kind === 'cpu' ? onnxruntimeNode : onnxruntimeWeb)({ threads: THREADS })
  const rows: Measured[] = []
  for (const of of convolutions)
    for (const pass of passNames) {
      const row = await speeds(target, pass, of)
      rows.push(row)
      console.error(kind, of.join(' '), pass, JSON.stringify(row.speeds))
    }
  found[kind] = rows
}
const text = (row: Measured) =>
  `    { pass: '${row.pass}', filter: ${row.filter}, stride: ${row.stride}, size: ${row.size}, inputs: ${row.inputs}, outputs: ${row.outputs}, speeds: { ${Object.entries(
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
${kinds.map(kind => `  // biome-ignore format: a table\n  ${kind}: [\n${(found[kind] ?? []).map(text).join('\n')}\n  ],`).join('\n')}
}
`,
)
process.exit(0)
