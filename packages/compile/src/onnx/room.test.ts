import '@tensorflow/tfjs-backend-cpu'
import { mend } from '@equilibria/core'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { computations } from '../cases.fixture.ts'
import { nodesOf } from '../graph.ts'
import { trace } from '../trace.ts'
import { draft, Unlowered } from './emit.ts'
import type { ModelGraph, ModelNode } from './encode.ts'
import { lowerings } from './operators/index.ts'
import { asRun, broadcast, givenIn, type Known, roomOf, shapeFrom } from './room.ts'

beforeAll(async () => {
  await setBackend('cpu')
  mend()
})

const node = (op: string, to: string, ...inputs: string[]): ModelNode => ({
  op,
  inputs,
  outputs: [to],
  attributes: {},
})

/** A graph of one input x of 1000 bytes. */
const graphOf = (nodes: readonly ModelNode[], outputs: readonly string[]): ModelGraph => ({
  nodes,
  initializers: [{ name: 'flat', shape: [1], type: 'int64', data: BigInt64Array.of(250n) }],
  inputs: [{ name: 'x', shape: [250], type: 'float32' }],
  outputs: outputs.map(name => ({ name, shape: [250], type: 'float32' })),
})

describe('the order of the runtime', () => {
  test('depth first, from the last that no other needs, and from its last input', () => {
    const nodes = [
      node('Neg', 'a', 'x'),
      node('Abs', 'b', 'x'),
      node('Add', 'c', 'b', 'a'),
      node('Exp', 'd', 'a'),
      node('Log', 'e', 'x'),
    ]
    expect(asRun(nodes).map(({ outputs }) => outputs[0])).toEqual(['e', 'a', 'd', 'b', 'c'])
  })
})

describe('room by hand', () => {
  const room = (nodes: readonly ModelNode[], ...outputs: string[]) => roomOf(graphOf(nodes, outputs))

  test('inputs and outputs take none, what is computed element by element takes the place of its input', () => {
    expect(room([node('Neg', 'y', 'x')], 'y')).toBe(0)
    expect(room([node('Neg', 'a', 'x'), node('Abs', 'b', 'a'), node('Exp', 'y', 'b')], 'y')).toBe(1000)
  })

  test('what is needed later stays, a view is what it is a view of', () => {
    const nodes = [
      node('Neg', 'a', 'x'),
      node('Reshape', 'view', 'a', 'flat'),
      node('Exp', 'b', 'a'),
      node('Log', 'c', 'b'),
      node('Add', 'y', 'c', 'view'),
    ]
    expect(room(nodes, 'y')).toBe(2000)
  })

  test('bools are of one byte', () => {
    expect(room([node('Less', 'a', 'x', 'x'), node('Where', 'y', 'a', 'x', 'x')], 'y')).toBe(250)
  })
})

test('shapes follow from inputs as the kernels of the gradient gate say', () => {
  const checked = new Set<string>()
  for (const { shapes: from, f, name } of computations) {
    const graph = trace(
      f,
      from.map(shape => ({ shape, dtype: 'float32' })),
    )
    for (const form of ['standard', 'patches', 'blocked', 'rows', 'cells'] as const) {
      const model = draft(lowerings, {
        device: { kind: 'cpu', block: 2 },
        form: (_pass, _extent, possible) => (possible.includes(form) ? form : possible[0]!),
      })
      graph.inputs.forEach((each, i) => {
        model.input(each, `i${i}`)
      })
      try {
        for (const each of nodesOf(graph)) model.emit.of(each)
      } catch (e) {
        if (e instanceof Unlowered) continue
        throw e
      }
      const ports = (nodes: typeof graph.inputs, letter: string) =>
        nodes.map(({ shape, dtype }, i) => ({ name: `${letter}${i}`, shape, type: dtype }))
      const outputs = ports(graph.outputs, 'o').map((port, i) => ({
        ...port,
        value: model.emit.of(graph.outputs[i]!),
      }))
      const told = model.shapes()
      const written = model.graph(ports(graph.inputs, 'i'), outputs)
      const known: Map<string, Known> = givenIn(written)
      for (const each of written.nodes) {
        const [to] = each.outputs
        const given = each.inputs.map(input => known.get(input) ?? { shape: [] })
        const found = shapeFrom(each, given)
        const right = told.get(to!)
        if (found && right) {
          checked.add(each.op)
          expect(found, `${each.op} in ${name}`).toEqual(right)
        }
        known.set(to!, { shape: right ?? found ?? broadcast(...given.map(({ shape }) => shape)) })
      }
    }
  }
  // Others stand only between kernels, whose last one is held to what the kernel gives.
  expect([...checked]).toEqual(
    expect.arrayContaining([
      'Gather',
      'Gemm',
      'Slice',
      'Transpose',
      'Concat',
      'Tile',
      'MatMul',
      'Expand',
      'Pad',
    ]),
  )
})
