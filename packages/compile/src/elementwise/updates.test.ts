import {
  adam,
  adamw,
  clipByGlobalNorm,
  cosine,
  fromLeaves,
  leaves,
  mapTree,
  type Optimizer,
  type Params,
  rmsprop,
  sgd,
  type Tree,
} from '@equilibria/core'
import { add, mul, setBackend, sub, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { sizeOf } from '../graph.ts'
import { trace } from '../trace.ts'
import { clusters } from './clusters.ts'
import { compute, interpret } from './interpret.fixture.ts'

const shapes = [[3, 3, 2, 5], [5], [67, 2]]

beforeAll(() => setBackend('cpu'))

/** The optimizer, and beside it the average of its parameters. */
const averaged = (optimizer: Optimizer, decay: number): Optimizer => ({
  init: params => ({ inner: optimizer.init(params), average: params }),
  update(grads, state, params) {
    const { inner, average } = state as { inner: Tree; average: Params }
    const [next, after] = optimizer.update(grads, inner, params)
    const mixed = mapTree((a: Tensor, p: Tensor) => add(a, mul(sub(p, a), 1 - decay)), average, next)
    return [next, { inner: after, average: mixed }]
  },
})

describe('updates of parameters', () => {
  it.each<[string, Optimizer]>([
    ['adam', adam(1e-3)],
    ['adam without momentum', adam(1e-3, { beta1: 0, beta2: 0.99 })],
    ['adam by a schedule', adam(cosine(1e-3, 0, 100))],
    ['adamw', adamw(1e-3)],
    ['rmsprop', rmsprop(1e-3)],
    ['sgd', sgd(1e-3)],
    ['sgd with momentum', sgd(1e-3, { momentum: 0.9 })],
    ['sgd with Nesterov momentum', sgd(1e-3, { momentum: 0.9, nesterov: true })],
    ['adam on clipped gradients', clipByGlobalNorm(0.1, adam(1e-3))],
    ['adam with an average of the parameters', averaged(adam(1e-3), 0.999)],
  ])('%s: one kernel for each parameter, and the same bits as eagerly', async (_, optimizer) => {
    const params: Params = shapes.map((shape, i) =>
      tensor(
        Float32Array.from({ length: sizeOf(shape) }, (_, j) => Math.sin(i + 7 * j)),
        shape,
      ),
    )
    const grads: Params = shapes.map((shape, i) =>
      tensor(
        Float32Array.from({ length: sizeOf(shape) }, (_, j) => Math.cos(3 * i + j) ** 3),
        shape,
      ),
    )
    // The state after a few updates, where no moment is zero.
    let state = optimizer.init(params)
    for (let i = 0; i < 3; i++) [, state] = optimizer.update(grads, state, params)
    const given = [params, grads, state] as const
    const own = given.map(tree => leaves<Tensor>(tree as Tree))

    const graph = trace(
      tensors => {
        const rest = [...tensors]
        const [p, g, s] = given.map((tree, i) => fromLeaves(tree as Tree, rest.splice(0, own[i]!.length)))
        return leaves<Tensor>(optimizer.update(g as Params, s!, p as Params) as unknown as Tree)
      },
      own.flat().map(({ shape }) => ({ shape, dtype: 'float32' as const })),
    )
    const values = await Promise.all(own.flat().map(async t => (await t.data()) as Float32Array))
    const eager = tidy(() => leaves<Tensor>(optimizer.update(grads, state, params) as unknown as Tree))
    const expected = await Promise.all(eager.map(async t => (await t.data()) as Float32Array))

    const found = clusters(graph, graph.outputs)
    expect(found.map(({ n }) => n).toSorted((a, b) => a - b)).toEqual(
      shapes.map(sizeOf).toSorted((a, b) => a - b),
    )
    let compared = 0
    for (const cluster of found) {
      const sources = await interpret({ inputs: graph.inputs, outputs: [...cluster.inputs] }, values)
      const { outputs } = compute(cluster, sources)
      cluster.outputs.forEach((output, i) => {
        graph.outputs.forEach((node, j) => {
          if (node !== output) return
          expect(outputs[i]).toEqual(expected[j])
          compared++
        })
      })
    }
    // Nothing but scalars is left to others.
    expect(compared).toBe(graph.outputs.filter(({ shape }) => sizeOf(shape) > 1).length)
  })
})
