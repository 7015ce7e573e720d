import '@tensorflow/tfjs-backend-cpu'
import {
  add,
  div,
  fill,
  mean,
  memory,
  mul,
  setBackend,
  sub,
  type Tensor,
  tensor1d,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { gaussianLatent, type Key, key, type Network, remembered, sampling, standing, tell } from './index.ts'
import { release } from './tree.ts'

beforeAll(() => setBackend('cpu'))

/** Centres its input: by the batch's mean while training, by the standing mean when sampling. */
const centring: Network<Tensor, Tensor, { shift: Tensor }> = {
  init: () => ({ shift: tensor1d([10, -20]) }),
  memory: () => ({ carried: tensor1d([7]) }),
  apply: ({ shift }, x, context) => {
    const shifted = add(x, shift)
    if (context.mode === 'sample') return sub(shifted, remembered(context, 'mean')!)
    const centre = mean(shifted, 0)
    tell(context, 'mean', centre)
    tell(context, 'carried', mul(div(centre, centre), 0))
    return sub(shifted, centre)
  },
}

const options = { latent: gaussianLatent(2), key: key(1), n: 64, batches: 32 }

describe('standing statistics', () => {
  it('are the averages of what layers tell over keyed latents', async () => {
    const params = centring.init(key(0))
    const told = standing(centring, params, options)
    const [a, b] = await told.mean!.data()
    // The mean of 2,048 standard normal numbers has a standard deviation of .022.
    expect(Math.abs(a! - 10)).toBeLessThan(0.1)
    expect(Math.abs(b! + 20)).toBeLessThan(0.1)
    const again = standing(centring, params, options)
    expect([...(await again.mean!.data())]).toEqual([a, b])
  })

  it('are those of one large batch where training has even ones', async () => {
    const sizes: number[] = []
    const batch = (_: Key, n: number) => {
      sizes.push(n)
      return fill([n, 2], 3)
    }
    const latent = { ...gaussianLatent(2), batch }
    const told = standing(centring, centring.init(key(0)), { ...options, latent, batches: 2 })
    expect([...(await told.mean!.data())]).toEqual([13, -17])
    expect(sizes).toEqual([128])
  })

  it('leave what the network remembers already as it is', async () => {
    const memoryNow = { carried: tensor1d([7]) }
    const all = standing(centring, centring.init(key(0)), { ...options, batches: 2, memory: memoryNow })
    expect([...(await all.carried!.data())]).toEqual([7])
  })

  it('make a sample independent of its batch', async () => {
    const params = centring.init(key(0))
    const told = standing(centring, params, options)
    const z = gaussianLatent(2)
    const batch = centring.apply(params, z.draw(key(5), 64), sampling(told))
    const alone = centring.apply(params, z.draw(key(5), 1, 17), sampling(told))
    expect([...(await alone.data())]).toEqual([...(await batch.data()).slice(34, 36)])
  })

  it('leave no other tensors behind', () => {
    const params = centring.init(key(0))
    const before = memory().numTensors
    const told = standing(centring, params, options)
    expect(memory().numTensors).toBe(before + 2)
    release(told)
  })
})
