import '@tensorflow/tfjs-backend-cpu'
import { dcgan, mlp } from '@equilibria/architectures'
import { gaussianLatent, key, release, type Sampler } from '@equilibria/core'
import { memory, setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { eachSample, sample, standingFor, type Trained } from './sample.ts'

beforeAll(() => setBackend('cpu'))

const make = (network: Sampler['network'], classes?: number): Trained => {
  const sampler: Sampler = { player: 'generator', network, latent: gaussianLatent(4) }
  const params = network.init(key(1))
  return { sampler, params, classes, memory: standingFor(sampler, params, { classes }) }
}
const points = make(mlp.generator({ shape: [2], dimensions: 4, hidden: [8] }))
const images = () => make(dcgan.generator({ shape: [8, 8, 1], dimensions: 4, width: 4, classes: 3 }), 3)
const numbers = async (trained: Trained, which: Parameters<typeof sample>[1]) => {
  const t = sample(trained, which)
  const data = [...(await t.data())]
  t.dispose()
  return data
}

describe('sample', () => {
  it('sample i alone is sample i among 64, batch norm and classes included', async () => {
    const trained = images()
    const among = await numbers(trained, { seed: 3, n: 64 })
    const alone = await numbers(trained, { seed: 3, n: 1, first: 40 })
    alone.forEach((x, i) => {
      expect(x).toBeCloseTo(among[40 * 64 + i]!, 6)
    })
    release(trained.memory)
  })

  it('different seeds and numbers are different samples', async () => {
    const [a, b] = [await numbers(points, { seed: 1, n: 2 }), await numbers(points, { seed: 2, n: 2 })]
    expect(a).not.toEqual(b)
    expect(a.slice(0, 2)).not.toEqual(a.slice(2))
  })

  it('chunks are the whole list in order, and leave nothing behind', async () => {
    const whole = await numbers(points, { seed: 5, n: 10 })
    const before = memory().numTensors
    const pieces: number[] = []
    await eachSample(points, { seed: 5, n: 10 }, async chunk => void pieces.push(...(await chunk.data())), 3)
    expect(pieces).toEqual(whole)
    expect(memory().numTensors).toBe(before)
  })

  it.each([
    [{ n: 0 }, 'expected n >= 1, got 0'],
    [{ n: 1, label: 0 }, 'trained without classes'],
  ])('refuses %j', (which, message) => {
    expect(() => sample(points, which)).toThrow(message)
  })

  it('refuses classes that are not known', () => {
    const trained = images()
    expect(() => sample(trained, { n: 1, label: 3 })).toThrow('class 3 is not known; the classes are 0 to 2')
    release(trained.memory)
  })
})
