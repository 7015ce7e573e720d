import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, test } from 'vitest'
import { compare, engineHere, expectAgreement, useWasm } from './compare.fixture.ts'
import { dynamics, optimizers, schedules, slots } from './subjects.fixture.ts'

const engine = await engineHere(console.warn)

beforeAll(useWasm)

describe.skipIf(!engine)('moves, compiled, are those of eager', () => {
  test.each([...dynamics, ...optimizers, ...schedules, ...slots])('$title', async ({ make }) => {
    expectAgreement(await compare(engine!, make(), { n: 8, states: 6, along: 'compiled' }))
  })
})
