import '@tensorflow/tfjs-backend-cpu'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { key } from './key.ts'
import { gaussianLatent, uniformLatent } from './latent.ts'

beforeAll(() => setBackend('cpu'))

describe.each([
  ['gaussian', gaussianLatent(3)],
  ['uniform', uniformLatent(3)],
])('%s latents', (_, latent) => {
  it('have unit variance and no mean', async () => {
    const values = [...(await latent.draw(key(1), 20_000).data())]
    const mean = values.reduce((s, v) => s + v, 0) / values.length
    const variance = values.reduce((s, v) => s + v * v, 0) / values.length
    expect(mean).toBeCloseTo(0, 1)
    expect(variance).toBeCloseTo(1, 1)
  })

  it('give row i by itself as they give it among others', async () => {
    const all = await latent.draw(key(2), 10).data()
    expect([...(await latent.draw(key(2), 2, 7).data())]).toEqual([...all.slice(21, 27)])
  })
})

describe('bad latents', () => {
  it.each([0, -1, 2.5])('%s dimensions', n => {
    expect(() => gaussianLatent(n)).toThrow(`positive whole number of dimensions, got ${n}`)
    expect(() => uniformLatent(n)).toThrow(`positive whole number of dimensions, got ${n}`)
  })
  it('a bound that is not positive', () =>
    expect(() => uniformLatent(2, 0)).toThrow('bound must be a number > 0, got 0'))
})
