import { goodfellow2014 } from '@equilibria/architectures'
import { useBackend } from '@equilibria/backends'
import {
  entries,
  gan,
  makeStep,
  mapTree,
  type Params,
  type State,
  scoped,
  sgd,
  simultaneous,
  uniformLatent,
} from '@equilibria/core'
import { memory as rowsInMemory } from '@equilibria/datasets'
import { nonSaturating } from '@equilibria/losses'
import { fill, scalar, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { experimentOf } from './experiment.ts'
import { optionsOf } from './options.ts'

// How far a step goes, read from the velocity that it leaves: momentum times the one before, minus rate times gradient.

beforeAll(() => useBackend('wasm'))

// 300 images are three batches an epoch: momentum rises over 750.
const images = rowsInMemory({
  name: 'images',
  rows: Uint8Array.from({ length: 300 * 784 }, (_, i) => (i * 37 + (i >> 9)) % 256),
  shape: [28, 28, 1],
})
const means = new Float64Array(784)
const players = ['critic', 'generator'] as const
type Who = (typeof players)[number]
type Velocities = { readonly [who in Who]: Float32Array }

/** The numbers of a player's last kernel. */
const lastKernel = (params: Params) =>
  entries<Tensor>(params)
    .filter(([path]) => path.endsWith('kernel'))
    .at(-1)![1]
    .dataSync<'float32'>()

/** A state whose players have made so many moves and have, in every number, this velocity. */
const moving = (
  state: State,
  moves: { readonly [who in Who]: number },
  velocity: { readonly [who in Who]: number },
): State => ({
  ...state,
  optimizers: Object.fromEntries(
    players.map(who => [
      who,
      {
        t: scalar(moves[who]),
        velocity: mapTree((p: Tensor) => fill(p.shape, velocity[who]), state.params[who] as Params),
      },
    ]),
  ),
})

/** The largest size of numbers. */
const largest = (numbers: Iterable<number>) => {
  let most = 0
  for (const x of numbers) most = Math.max(most, Math.abs(x))
  return most
}

const velocities = (state: State): Velocities => {
  const of = (who: Who) => lastKernel((state.optimizers[who] as { velocity: Params }).velocity)
  return { critic: of('critic'), generator: of('generator') }
}

const batches = (n: number) =>
  Promise.all(Array.from({ length: n }, (_, i) => images.at({ step: i, n: 8, key: [0, 0] })))

test('rates, their decay and momentum are those of the released code, for costs without its half', async () => {
  const { step } = experimentOf(optionsOf([]), images, means)
  const batch = await batches(1)
  scoped(() => {
    const start = step.init(3)
    // Minus the gradients: the velocity of the same game after one move by a rate of 1.
    const facts = { shape: images.shape, range: images.range }
    const reference = makeStep({
      game: gan({
        generator: goodfellow2014.generator({ ...facts, means }),
        critic: goodfellow2014.critic(facts),
        latent: uniformLatent(100, Math.sqrt(3)),
        loss: nonSaturating(),
      }),
      dynamics: simultaneous(),
      optimizer: sgd(1, { momentum: 0.5 }),
    })
    const slopes = velocities(reference.next(reference.init(3), batch) as never)
    for (const { moves, decay, momentum } of [
      { moves: 0, decay: 1, momentum: 0.5 },
      { moves: 375, decay: 1.000004 ** -375, momentum: 0.6 },
      { moves: 750, decay: 1.000004 ** -750, momentum: 0.7 },
      { moves: 500_000, decay: Math.exp(-500_000 * Math.log(1.000004)), momentum: 0.7 },
      { moves: 10_000_000, decay: 0, momentum: 0.7 },
    ]) {
      const both = { critic: moves, generator: moves }
      const left = velocities(
        step.next(moving(start, both, { critic: 0, generator: 0 }) as never, batch) as never,
      )
      const kept = velocities(
        step.next(moving(start, both, { critic: 1, generator: 1 }) as never, batch) as never,
      )
      for (const [who, first] of [
        ['generator', 0.1],
        ['critic', 0.05],
      ] as const) {
        const rate = Math.max(first * decay, 1e-6)
        const steepest = largest(slopes[who])
        expect(steepest).toBeGreaterThan(0)
        const off = largest(left[who].map((v, i) => v / rate - slopes[who][i]!))
        expect(off / steepest, `rate of the ${who} after ${moves} moves`).toBeLessThan(1e-3)
        const excess = largest(kept[who].map((v, i) => v - momentum - left[who][i]!))
        expect(excess, `momentum of the ${who} after ${moves} moves`).toBeLessThan(1e-5)
      }
    }
    return []
  })
}, 180_000)

test('in alternating play schedules count batches, of which the generator sees one in k', async () => {
  const { step } = experimentOf(optionsOf(['--play', 'alternating', '--k', '2']), images, means)
  const batch = await batches(2)
  scoped(() => {
    const start = step.init(3)
    const after = (moves: number, velocity: number) =>
      velocities(
        step.next(
          moving(start, { critic: 0, generator: moves }, { critic: 0, generator: velocity }) as never,
          batch,
        ) as never,
      ).generator
    // The critic's moves are the same both times: what differs is the generator's rate.
    const [first, later] = [after(0, 0), after(125_000, 0)]
    expect(largest(later) / largest(first)).toBeCloseTo(Math.exp(-250_000 * Math.log(1.000004)), 4)
    // 750 batches are 375 of its moves.
    for (const [moves, momentum] of [
      [0, 0.5],
      [150, 0.58],
      [375, 0.7],
    ] as const)
      expect(after(moves, 1)[0]! - after(moves, 0)[0]!).toBeCloseTo(momentum, 4)
    return []
  })
}, 180_000)

test('noise is uniform on ±√3 in 100 dimensions', () => {
  const { latent } = experimentOf(optionsOf([]), images, means)
  expect(latent.dimensions).toBe(100)
  const z = latent.draw([1, 2], 500)
  expect(z.shape).toEqual([500, 100])
  const sizes = [...z.dataSync()].map(Math.abs)
  z.dispose()
  const below = (bound: number) => sizes.filter(size => size < bound).length / sizes.length
  expect(below(Math.sqrt(3))).toBe(1)
  for (const share of [0.1, 0.5, 0.9])
    expect(Math.abs(below(share * Math.sqrt(3)) - share)).toBeLessThan(0.01)
})
