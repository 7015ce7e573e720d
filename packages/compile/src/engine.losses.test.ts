import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, test } from 'vitest'
import { compare, engineHere, useWasm } from './compare.fixture.ts'
import { dynamics, games, gamesLeftOut, latents, losses, optimizers, regularizers, schedules, slots } from './subjects.fixture.ts'

const engine = await engineHere()

beforeAll(useWasm)

describe.skipIf(!engine)('compiled', () => {
  test.each([...losses, ...regularizers, ...games, ...latents])('$title', async ({ make }) => {
    const t = performance.now(), u = process.cpuUsage()
    const got = await compare(engine!, make(), { n: 64, states: 20 })
    const c = process.cpuUsage(u)
    console.log(JSON.stringify(got), (performance.now()-t).toFixed(), ((c.user+c.system)/1000).toFixed())
    const { stats, gradients, state } = got
    expect.soft(stats).toBeLessThan(1e-5)
    expect.soft(gradients).toBeLessThan(1e-4)
    expect.soft(state).toBeLessThan(1e-4)
  })
  test.each([...dynamics, ...optimizers, ...schedules, ...slots])('$title', async ({ make }) => {
    const got = await compare(engine!, make(), { n: 8, states: 5, along: 'compiled' })
    console.log(JSON.stringify(got))
    const { stats, gradients, state } = got
    expect.soft(stats).toBeLessThan(1e-5)
    expect.soft(gradients).toBeLessThan(1e-4)
    expect.soft(state).toBeLessThan(1e-4)
  })
})
