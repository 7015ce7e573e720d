import '@tensorflow/tfjs-backend-cpu'
import { bilinear, quadratic } from '@equilibria/core'
import { memory, setBackend, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { pathAngle } from './path-angle.ts'
import { stillField } from './still.ts'
import { pathAnglePlot } from './svg/path-angle-plot.ts'

beforeAll(() => setBackend('cpu'))

const sight = { batch: undefined }
const point = (x: number, y: number) => ({ x: tensor1d([x]), y: tensor1d([y]) })
const alphas = [-0.5, 0, 0.5, 0.9, 1.1, 1.5]

describe('pathAngle', () => {
  it('attraction: the cosine jumps from -1 to 1 at the minimum', async () => {
    const bowl = quadratic({
      costs: {
        x: {
          matrix: [
            [1, 0],
            [0, 0],
          ],
        },
        y: {
          matrix: [
            [0, 0],
            [0, 1],
          ],
        },
      },
    })
    const found = await pathAngle(stillField(bowl, sight), point(2, 1) as never, point(0, 0) as never, {
      alphas,
    })
    expect(found.map(p => p.angle)).toEqual([-1, -1, -1, -1, 1, 1].map(c => expect.closeTo(c, 4)))
    for (const { alpha, norm } of found) expect(norm).toBeCloseTo(Math.abs(1 - alpha) * Math.sqrt(5), 4)
  })

  it('rotation: 0 along a line through the centre, a bump along one beside it', async () => {
    const field = stillField(bilinear(), sight)
    const through = await pathAngle(field, point(2, 1), point(0, 0), { alphas })
    for (const { angle } of through) expect(Math.abs(angle)).toBeLessThan(1e-4)
    // The line y = 1 from x = -2 to 0 and on to 2: the field is (y, -x), so the cosine is 1 / sqrt(1 + x^2).
    const beside = await pathAngle(field, point(-2, 1), point(0, 1), { alphas: [0, 0.5, 1, 2] })
    expect(beside.map(p => p.angle)).toEqual([-2, -1, 0, 2].map(x => expect.closeTo(1 / Math.hypot(1, x), 5)))
  })

  it('is drawn, leaves nothing behind, and refuses a path of no length', async () => {
    const field = stillField(bilinear(), sight)
    const [from, to] = [point(2, 1), point(0, 0)]
    const before = memory().numTensors
    const found = await pathAngle(field, from, to)
    expect(memory().numTensors).toBe(before)
    expect(found.length).toBe(41)
    expect(pathAnglePlot(found).body).toMatch(/cosine of path and gradient/)
    await expect(pathAngle(field, from, from)).rejects.toThrow('the two points are the same')
  })
})
