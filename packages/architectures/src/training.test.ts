import {
  adam,
  alternating,
  type Batch,
  fold,
  gan,
  gaussianLatent,
  key,
  type Loss,
  makeStep,
  normal,
  release,
  sampling,
  scoped,
  standing,
  tensorsOf,
} from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import {
  add,
  mean,
  mul,
  neg,
  relu,
  type Scalar,
  setBackend,
  sub,
  tensor1d,
  tensor2d,
} from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { mlp } from './networks/mlp.ts'
import { values } from './testing.fixture.ts'

beforeAll(async () => {
  await setBackend('cpu')
})

const hinge: Loss = {
  critic: (real, fake) => add(mean(relu(sub(1, real))), mean(relu(add(1, fake)))) as Scalar,
  generator: fake => neg(mean(fake)) as Scalar,
}

const n = 32
const labels = () =>
  tensor1d(
    [...Array(n).keys()].map(i => i % 2),
    'int32',
  )
/** Class 0 around (-1, .5), class 1 around (1, .5). */
const batch = (step: number): Batch => {
  const centres = tensor2d([...Array(n).keys()].map(i => [i % 2 ? 1 : -1, 0.5]))
  return { data: add(centres, mul(normal(fold(key(9), step), [n, 2]), 0.1)), labels: labels() }
}

it('a class-conditional pair with every carried statistic learns which class is where', () => {
  const generator = mlp.generator({
    shape: [2],
    dimensions: 2,
    hidden: [16],
    batchNorm: true,
    classes: 2,
    embedding: 2,
  })
  const critic = mlp.critic({ shape: [2], hidden: [24], spectralNorm: true, classes: 2 })
  const latent = gaussianLatent(2)
  const step = makeStep({
    game: gan({ generator, critic, latent, loss: hinge }),
    dynamics: alternating({ critic: 1 }),
    optimizer: adam(1e-2, { beta1: 0.5 }),
  })
  let state = step.init(4)
  const carried = Object.keys(state.memory)
  expect(carried).toEqual(['critic/1/u', 'critic/3/logit/u', 'critic/3/classes/u'])
  const first = carried.map(path => values(state.memory[path]!))
  for (let i = 0; i < 200; i++) {
    const next = scoped(() => step.next(state, [batch(i)]))
    release(tensorsOf(state), tensorsOf(next))
    state = next
  }
  expect(carried.map(path => values(state.memory[path]!))).not.toEqual(first)
  scoped(() => {
    const memory = standing(generator, state.params.generator, {
      latent,
      key: key(1),
      n: 64,
      labels: (_, rows) =>
        tensor1d(
          [...Array(rows).keys()].map(i => i % 2),
          'int32',
        ),
    })
    const rows = values(
      generator.apply(state.params.generator, latent.draw(key(2), n), sampling(memory, { labels: labels() })),
    )
    const average = (label: number, axis: number) =>
      rows.filter((_, i) => i % 2 === axis && Math.floor(i / 2) % 2 === label).reduce((a, b) => a + b, 0) /
      (n / 2)
    const centres = [average(0, 0), average(0, 1), average(1, 0), average(1, 1)]
    const distances = centres.map((c, i) => Math.abs(c - [-1, 0.5, 1, 0.5][i]!))
    expect(Math.max(...distances)).toBeLessThan(0.3)
  })
})
