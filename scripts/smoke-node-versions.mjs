// Trains with the built command on other versions of Node than the one that runs the tests: npm's package `node` brings them.
// Needs `npm run build` before. Exit status 1 if a version that could be installed fails.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const command = join(dirname(fileURLToPath(import.meta.url)), '../packages/equilibria/dist/cli/main.js')
let failed = false
for (const version of process.argv.length > 2 ? process.argv.slice(2) : ['22', '24']) {
  const dir = mkdtempSync(join(tmpdir(), `equilibria-node-${version}-`))
  try {
    writeFileSync(join(dir, 'package.json'), '{ "private": true }')
    // The package fetches its binary as a dependency; a script of its own puts it in place.
    execFileSync(
      'npm',
      ['install', `node@${version}`, '--ignore-scripts=false', '--no-audit', '--no-fund', '--loglevel=error'],
      { cwd: dir, stdio: ['ignore', 'ignore', 'inherit'] },
    )
    const node = join(dir, 'node_modules/node/bin/node')
    if (!existsSync(node)) throw new Error('npm brought no binary')
    const run = (...args) =>
      execFileSync(node, args, { cwd: dir, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    const exact = run('--version').trim()
    const trained = run(command, 'train', 'ring', '--steps', '10', '--batch', '16')
    if (!/report\.html/.test(trained)) throw new Error(`unexpected output: ${trained}`)
    run(command, 'sample', 'runs/ring', '--grid')
    // tfjs-node calls what Node 23 removed.
    const native = process.env.EQUILIBRIA_TFJS_NODE !== undefined
    if (native)
      run(
        command,
        'train',
        'ring',
        '--steps',
        '2',
        '--backend',
        'tensorflow',
        '--engine',
        'eager',
        '--out',
        'native',
      )
    console.log(`Node ${exact}: trains${native ? ', on the TensorFlow library too,' : ''} and samples`)
  } catch (e) {
    failed = true
    console.error(`Node ${version}: ${e.stderr || e.message}`)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
process.exitCode = failed ? 1 : 0
