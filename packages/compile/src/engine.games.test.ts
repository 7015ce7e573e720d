import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, test } from 'vitest'
import { compare, engineHere, expectAgreement, useWasm } from './compare.fixture.ts'
import { games, latents } from './subjects.fixture.ts'

const engine = await engineHere(console.warn)

beforeAll(useWasm)

describe.skipIf(!engine)('costs and gradients, compiled, are those of eager', () => {
  test.each([...games, ...latents])('$title', async ({ make }) => {
    expectAgreement(await compare(engine!, make(), { n: 64, states: 20 }))
  })
})
