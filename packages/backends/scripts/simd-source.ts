/** How the SIMD module is compiled and how it is written down; shared by the build script and the test. */
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

/** Compiles assembly/index.ts. @throws with the compiler's messages */
export async function compileSimd(): Promise<Uint8Array> {
  const files = new Map<string, Uint8Array>()
  const { error, stderr } = await asc.main(
    [
      'index.ts',
      ...['--outFile', 'simd.wasm', '--baseDir', fileURLToPath(new URL('../assembly', import.meta.url))],
      ...[
        '-O3',
        '--converge',
        '--noAssert',
        '--runtime',
        'stub',
        '--disableWarning',
        '112',
        '--use',
        'abort=',
      ],
      // The heap belongs to tfjs-backend-wasm; the module has no data of its own that could overwrite it.
      ...['--importMemory', '--noExportMemory', '--enable', 'simd', '--enable', 'bulk-memory'],
    ],
    { writeFile: (name, contents) => void files.set(name, contents as Uint8Array) },
  )
  const binary = files.get('simd.wasm')
  if (error || !binary) throw new Error(`assembly/ does not compile: ${error?.message ?? ''}\n${stderr}`)
  return binary
}

/** The TypeScript file that carries the binary. */
export function source(binary: Uint8Array): string {
  const text = Buffer.from(binary).toString('base64')
  const lines = text.match(/.{1,100}/g) ?? []
  return [
    '// Written by scripts/build-simd.ts from assembly/; do not edit.',
    '// biome-ignore format: one long constant',
    'export const base64 =',
    ...lines.map((line, i) => `  '${line}'${i + 1 < lines.length ? ' +' : ''}`),
    '',
  ].join('\n')
}
