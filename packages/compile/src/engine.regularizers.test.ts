import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, test } from 'vitest'
import { compare, engineHere, expectAgreement, useWasm } from './compare.fixture.ts'
import { regularizers } from './subjects.fixture.ts'

const engine = await engineHere(console.warn)

beforeAll(useWasm)

describe.skipIf(!engine)('costs and gradients, compiled, are those of eager', () => {
  test.each(regularizers)('$title', async ({ make }) => {
    const found = await compare(engine!, make(), { n: 64, states: 20 })
    expect(found.seen['critic/term']).toBeGreaterThan(1e-6)
    expect(found.seen['generator/term']).toBeGreaterThan(1e-6)
    expectAgreement(found)
  })
})
