import '@tensorflow/tfjs-backend-cpu'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  corePlugin,
  createRegistry,
  gaussianLatent,
  key,
  type Latent,
  truncated,
  uniformLatent,
} from '../index.ts'

beforeAll(() => setBackend('cpu'))

const draw = async (latent: Latent, n: number, first = 0) => [...(await latent.draw(key(5), n, first).data())]
const average = (xs: number[]) => xs.reduce((a, b) => a + b, 0) / xs.length

describe('truncated', () => {
  // Variance of a standard normal cut at t: 1 - 2 t phi(t) / (2 Phi(t) - 1), from tables of Phi.
  it.each([
    [0.5, 0.0808],
    [1, 0.2911],
    [2, 0.7737],
  ])('keeps normal numbers within %s, with the variance %s of a truncated normal', async (t, variance) => {
    const values = await draw(truncated(t, gaussianLatent(4)), 20_000)
    expect(Math.max(...values.map(Math.abs).slice(0, 50_000))).toBeLessThanOrEqual(t)
    expect(average(values)).toBeCloseTo(0, 2)
    expect(Math.abs(average(values.map(v => v * v)) / variance - 1)).toBeLessThan(0.02)
  })

  it('gives the same samples, closer to the mean, as the threshold falls', async () => {
    const [far, near] = [
      await draw(gaussianLatent(3), 200),
      await draw(truncated(0.7, gaussianLatent(3)), 200),
    ]
    for (const [i, z] of near.entries()) {
      expect(Math.sign(z)).toBe(Math.sign(far[i]!))
      expect(Math.abs(z)).toBeLessThanOrEqual(Math.abs(far[i]!) + 1e-6)
    }
  })

  it('gives row i by itself as among others, and is the untruncated draw far out', async () => {
    const latent = truncated(1.5, gaussianLatent(3))
    expect(await draw(latent, 2, 7)).toEqual((await draw(latent, 10)).slice(21, 27))
    const all = await draw(gaussianLatent(3), 100)
    for (const [i, z] of (await draw(truncated(8, gaussianLatent(3)), 100)).entries())
      expect(z).toBeCloseTo(all[i]!, 5)
  })

  it('of truncated latents is the lower threshold, of uniform ones a lower bound', async () => {
    const once = truncated(0.5, gaussianLatent(2))
    expect(await draw(truncated(2, once), 20)).toEqual(await draw(once, 20))
    expect(await draw(truncated(0.3, uniformLatent(2)), 20)).toEqual(await draw(uniformLatent(2, 0.3), 20))
  })

  it('is known by name', async () => {
    const registry = createRegistry()
    registry.use(corePlugin)
    const named = registry.make('latents', {
      name: 'truncated',
      threshold: 0.5,
      latent: { name: 'gaussian', dimensions: 2 },
    })
    expect(await draw(named, 5)).toEqual(await draw(truncated(0.5, gaussianLatent(2)), 5))
  })

  it('refuses what cannot be', () => {
    expect(() => truncated(0, gaussianLatent(2))).toThrow('expected a threshold > 0, got 0')
    expect(() => truncated(1, { dimensions: 1, draw: gaussianLatent(1).draw })).toThrow(
      'these latents do not say how to truncate them',
    )
  })
})
