import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, test } from 'vitest'
import { compare, engineHere, expectAgreement, useWasm } from './compare.fixture.ts'
import { digits, networks } from './subjects.fixture.ts'

const engine = await engineHere(console.warn)

beforeAll(useWasm)

describe.skipIf(!engine)('costs and gradients, compiled, are those of eager', () => {
  test.each(networks)('$title', async ({ make }) => {
    expectAgreement(await compare(engine!, make(), { n: 8, states: 3 }))
  })

  test('dcgan of digits, conditional, with a lazy penalty', async () => {
    expectAgreement(await compare(engine!, digits, { n: 8, states: 3, along: 'compiled' }))
  })
})
