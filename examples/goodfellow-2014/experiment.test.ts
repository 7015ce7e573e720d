import '@tensorflow/tfjs-backend-cpu'
import { countParameters, entries, release, tensorsOf } from '@equilibria/core'
import { memory as rowsInMemory } from '@equilibria/datasets'
import { setBackend, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { experimentOf, pixelMeans } from './experiment.ts'
import { optionsOf } from './options.ts'

beforeAll(() => setBackend('cpu'))

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
