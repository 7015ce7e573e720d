// The ring by its default recipe, five seeds, one after the other: modes, high-quality share and reverse KL of 2,500 samples, and
// how long it took. Exit status 1 unless every seed has 8 of 8 modes and at least 90 % high quality in under 60 s.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const command = ['--import', 'tsx', '--conditions=@equilibria/source', 'packages/equilibria/src/cli/main.ts']
const run = (...args) =>
  execFileSync(process.execPath, [...command, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })

const dir = mkdtempSync(join(tmpdir(), 'equilibria-ring-'))
let passed = 0
try {
  console.log('seed  modes  high quality  reverse KL  seconds')
  for (let seed = 0; seed < 5; seed++) {
    const out = join(dir, String(seed))
    const began = performance.now()
    run('train', 'ring', '--seed', String(seed), '--out', out)
    const seconds = (performance.now() - began) / 1000
    const { coverage } = JSON.parse(run('evaluate', out, '--json'))
    const { modes, highQuality, reverseKl } = coverage
    if (modes === 8 && highQuality >= 0.9 && seconds < 60) passed++
    console.log(
      `${seed}     ${modes} / 8  ${(100 * highQuality).toFixed(1).padStart(10)} %  ${reverseKl.toFixed(4).padStart(10)}  ${seconds.toFixed(0).padStart(7)}`,
    )
  }
  console.log(
    `${passed} of 5 seeds: 8 modes, at least 90 % high quality, under 60 s (a perfect sampler: 98.9 %)`,
  )
} finally {
  rmSync(dir, { recursive: true, force: true })
}
process.exitCode = passed === 5 ? 0 : 1
