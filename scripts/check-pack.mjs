// Packs the package in the current folder and checks the tarball as its users will meet it: publint (exports, files) and
// are-the-types-wrong (type resolution). Run by turbo after the build; ignore-scripts is on, so nothing builds by itself.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'equilibria-pack-'))
const run = (command, args) =>
  execFileSync(command, args, { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' })
try {
  const [{ filename }] = JSON.parse(
    run('npm', ['pack', '--json', '--loglevel=error', '--pack-destination', folder]),
  )
  const tarball = join(folder, filename)
  process.stdout.write(run('npx', ['--no-install', 'publint', 'run', tarball, '--strict']))
  process.stdout.write(
    run('npx', ['--no-install', 'attw', tarball, '--profile', 'esm-only', '--format', 'ascii']),
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
