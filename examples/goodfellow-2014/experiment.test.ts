import { useBackend } from '@equilibria/backends'
import { countParameters, entries, release, tensorsOf } from '@equilibria/core'
import { memory as rowsInMemory } from '@equilibria/datasets'
import { abs, max, sub, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { experimentOf, pixelMeans } from './experiment.ts'
import { optionsOf } from './options.ts'

beforeAll(() => useBackend('wasm'))

const images = () =>
  rowsInMemory({
    name: 'images',
    rows: Uint8Array.from({ length: 300 * 784 }, (_, i) => (i * 37) % 256),
    shape: [28, 28, 1],
  })

test('the networks of 2014, the generator at the mean of the data', async () => {
  const data = images()
  const means = await pixelMeans(data)
  const { step, epoch } = experimentOf(optionsOf([]), data, means)
  const state = step.init(0)
  const { params } = state
  expect(countParameters(params.generator)).toBe(2_503_984)
  expect(countParameters(params.critic)).toBe(1_231_441)
  expect(epoch).toBe(3)
  const bias = entries<Tensor>(params.generator).find(
    ([path, { shape }]) => path.endsWith('bias') && shape[0] === 784,
  )![1]
  const pixel = await bias.data()
  const share = (means[5]! + 1) / 2
  expect(pixel[5]).toBeCloseTo(Math.log(share / (1 - share)), 4)
  release(tensorsOf(state))
})

test.each([
  ['minimax', 'simultaneous', '1'],
  ['maximumLikelihood', 'simultaneous', '1'],
  ['nonSaturating', 'alternating', '2'],
])('a step with the cost %s, %s, k = %s moves both players', async (cost, play, k) => {
  const data = images()
  const options = optionsOf(['--cost', cost, '--play', play, '--k', k])
  const { step } = experimentOf(options, data, new Float64Array(784))
  const before = step.init(1)
  const batches = await Promise.all(
    Array.from({ length: step.draws }, (_, i) => data.at({ step: i, n: 4, key: [0, 0] })),
  )
  const after = step.next(before, batches)
  for (const player of ['critic', 'generator'] as const) {
    const cost = await after.stats[player]!.cost!.data()
    expect(Number.isFinite(cost[0])).toBe(true)
    const [was, is] = [before, after].map(({ params }) => entries<Tensor>(params[player])[0]![1])
    const moved = max(abs(sub(is!, was!)))
    expect((await moved.data())[0]).toBeGreaterThan(0)
    moved.dispose()
  }
  release([tensorsOf(before), tensorsOf(after), batches.map(batch => Object.values(batch))])
})

test('k moves of the critic see k batches', async () => {
  const data = images()
  const { step, epoch } = experimentOf(
    optionsOf(['--play', 'alternating', '--k', '3']),
    data,
    new Float64Array(784),
  )
  expect(step.draws).toBe(3)
  expect(epoch).toBe(1)
})

test.each([
  [['--cost', 'hinge'], '--cost: unknown "hinge"; known: minimax, nonSaturating, maximumLikelihood'],
  [['--k', '2'], 'in simultaneous play everybody moves once'],
  [['--k', '0'], '--k takes a whole number >= 1, got "0"'],
  [['--minutes', 'x'], '--minutes takes a number >= 0, got "x"'],
])('%j', (argv, message) => {
  expect(() => optionsOf(argv)).toThrow(message)
})
