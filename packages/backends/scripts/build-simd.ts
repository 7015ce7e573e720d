/**
 * Compiles assembly/ and writes it, base64, to src/wasm/simd/bytes.ts. The result depends on the sources and on the
 * compiler's version alone; a test compiles again and compares.
 *
 *     npx tsx packages/backends/scripts/build-simd.ts
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compileSimd, source } from './simd-source.ts'

const binary = await compileSimd()
const target = fileURLToPath(new URL('../src/wasm/simd/bytes.ts', import.meta.url))
writeFileSync(target, source(binary))
console.log(`${target}: ${binary.length} bytes`)
