import '@tensorflow/tfjs-backend-cpu'
import { setBackend, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { cramer } from './cramer.ts'
import { energyDistance } from './energy-distance.ts'

beforeAll(() => setBackend('cpu'))

const read = async (t: { data(): Promise<ArrayLike<number>> }) => (await t.data())[0]!

describe('energyDistance', () => {
  it('on numbers is twice the squared Cramer distance', async () => {
    const [x, y] = [
      [0, 1, 3],
      [1, 2, 2.5, 7],
    ]
    // The integral of (F - G)^2 over the steps of both distribution functions.
    const points = [...x!, ...y!].sort((a, b) => a - b)
    const below = (rows: number[], t: number) => rows.filter(r => r <= t).length / rows.length
    const squared = points
      .slice(1)
      .reduce((sum, t, i) => sum + (t - points[i]!) * (below(x!, points[i]!) - below(y!, points[i]!)) ** 2, 0)
    const loss = energyDistance({ unbiased: false })
    expect(await read(loss.generator(tensor1d(y!), () => tensor1d(x!)))).toBeCloseTo(2 * squared, 5)
  })

  it('grows with the scale of the outputs, so that it needs a bounded critic', async () => {
    const at = (scale: number) =>
      read(energyDistance().critic(tensor1d([0, scale, 2 * scale]), tensor1d([scale, 3 * scale, 4 * scale])))
    expect(await at(10)).toBeCloseTo(10 * (await at(1)), 4)
    expect(energyDistance().needsLipschitz).toBe(true)
    expect(energyDistance({ unbounded: true }).needsLipschitz).toBe(false)
  })
})

describe('cramer', () => {
  it("gives the generator what the energy distance gives it: data's own pairs are constant for it", async () => {
    const real = tensor1d([0.5, -2, 3])
    const others = (rows: number[]) => {
      const all = rows.flatMap((a, i) => rows.filter((_, j) => j !== i).map(b => Math.abs(a - b)))
      return all.reduce((sum, d) => sum + d, 0) / all.length
    }
    const fake = tensor1d([1, 4, -1])
    const energy = await read(energyDistance().generator(fake, () => real))
    expect(await read(cramer().generator(fake, () => real))).toBeCloseTo(energy + others([0.5, -2, 3]), 5)
  })

  it('may cost its critic nothing although distributions differ, where the energy distance does not', async () => {
    // All fakes at 2 and data beyond: f(v) = |v - 2| - |v| is -2 at both.
    const [real, fake] = [tensor1d([5, 9]), tensor1d([2, 2])]
    expect(await read(cramer().critic(real, fake))).toBeCloseTo(0, 5)
    expect(await read(energyDistance().critic(real, fake))).toBeCloseTo(-(2 * 5 - 4), 5)
  })
})
