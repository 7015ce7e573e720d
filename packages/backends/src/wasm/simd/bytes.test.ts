import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compileSimd, source } from '../../../scripts/simd-source.ts'

test('the committed module is what assembly/ compiles to', async () => {
  const committed = readFileSync(new URL('./bytes.ts', import.meta.url), 'utf8')
  expect(source(await compileSimd()), 'run: npx tsx packages/backends/scripts/build-simd.ts').toBe(committed)
}, 120_000)
