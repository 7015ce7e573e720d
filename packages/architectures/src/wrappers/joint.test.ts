import { countParameters, key, sampling } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { concat, reshape, setBackend, tensor2d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { dcgan } from '../networks/dcgan.ts'
import { mlp } from '../networks/mlp.ts'
import { expectClose, scattered, values } from '../testing.fixture.ts'
import { joint } from './joint.ts'

beforeAll(() => setBackend('cpu'))

describe('joint', () => {
  const trunk = dcgan.encoder({ shape: [8, 8, 1], dimensions: 3, width: 2, norm: 'spectral' })
  const head = mlp.critic({ shape: [3 + 2], hidden: [4] })
  const critic = joint({ shape: [8, 8, 1], dimensions: 2, trunk, head })

  it('shows the trunk the row in its shape, and the head its features beside the code', () => {
    const params = critic.init(key(1)) as { trunk: never; head: never }
    const memory = critic.memory!(key(1))
    const rows = tensor2d(scattered(3 * 64), [3, 64])
    const codes = tensor2d(scattered(6, 1), [3, 2])
    const logits = critic.apply(params, concat([rows, codes], 1), sampling(memory))
    expect(logits.shape).toEqual([3])
    const own = Object.fromEntries(Object.entries(memory).map(([path, u]) => [path.replace('trunk/', ''), u]))
    const features = trunk.apply(params.trunk, reshape(rows, [3, 8, 8, 1]), sampling(own))
    expectClose(logits, values(head.apply(params.head, concat([features, codes], 1), sampling())))
    expect(countParameters(params)).toBe(
      countParameters(trunk.init(key(0))) + countParameters(head.init(key(0))),
    )
  })

  it('says what it wants', () => {
    expect(() => critic.apply(critic.init(key(1)), tensor2d([[1, 2]]), sampling())).toThrow(
      'joint: expected input [n, 66], got [1,2]',
    )
  })
})
