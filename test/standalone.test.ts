import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// What users get: every package built and packed, tarballs installed by plain npm into empty folders, and a game trained there
// with plain Node.

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')
const work = mkdtempSync(join(tmpdir(), 'equilibria-standalone-'))
const tarballs = new Map<string, string>()
const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts']

const project = async (name: string, packages: readonly string[], others: readonly string[]) => {
  const dir = join(work, name)
  mkdirSync(dir)
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ name, private: true, type: 'module' }))
  await run('npm', ['install', ...quiet, ...packages.map(p => tarballs.get(p)!), ...others], { cwd: dir })
  return dir
}

beforeAll(async () => {
  await run('npm', ['run', '--silent', 'build'], {
    cwd: root,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
  })
  for (const folder of readdirSync(join(root, 'packages'))) {
    const cwd = join(root, 'packages', folder)
    const { stdout } = await run('npm', ['pack', '--json', '--loglevel=error', '--pack-destination', work], {
      cwd,
    })
    const [{ name, filename }] = JSON.parse(stdout)
    tarballs.set(name, join(work, filename))
  }
}, 240_000)
afterAll(() => rmSync(work, { recursive: true, force: true }))

describe('packed packages', () => {
  it('core and losses train a game of plain functions by themselves', async () => {
    const dir = await project(
      'two',
      ['@equilibria/core', '@equilibria/losses'],
      ['@tensorflow/tfjs-core@4.22.0', '@tensorflow/tfjs-backend-cpu@4.22.0'],
    )
    writeFileSync(
      join(dir, 'train.js'),
      `import '@tensorflow/tfjs-backend-cpu'
       import { adam, alternating, gan, gaussianLatent, makeStep, normal, release, tensorsOf } from '@equilibria/core'
       import { nonSaturating, r1 } from '@equilibria/losses'
       import { add, matMul, ready, squeeze, tanh, zeros } from '@tensorflow/tfjs-core'
       await ready()
       const dense = (i, o) => ({ init: k => ({ w: normal(k, [i, o]), b: zeros([o]) }), apply: (p, x) => add(matMul(x, p.w), p.b) })
       const inner = dense(1, 8), outer = dense(8, 1)
       const critic = {
         init: k => ({ a: inner.init(k), b: outer.init([k[1], k[0]]) }),
         apply: (p, x) => squeeze(outer.apply(p.b, tanh(inner.apply(p.a, x))), [1]),
       }
       const game = gan({ generator: dense(1, 1), critic, latent: gaussianLatent(1), loss: nonSaturating(), criticTerms: { r1: r1(1) } })
       const step = makeStep({ game, dynamics: alternating(), optimizer: adam(0.02, { beta1: 0.5 }) })
       let state = step.init(0)
       const mean = () => state.params.generator.b.dataSync()[0]
       for (let i = 0; i < 300; i++) {
         const next = step.next(state, [{ data: normal([i, 9], [64, 1], 3, 0.5) }])
         release(tensorsOf(state), tensorsOf(next))
         state = next
       }
       console.log(JSON.stringify({ mean: mean() }))`,
    )
    const { stdout } = await run(process.execPath, ['train.js'], { cwd: dir })
    // Data lie around 3; the generator began around 0.
    const { mean } = JSON.parse(stdout.trim().split('\n').at(-1)!)
    expect(Math.abs(mean - 3)).toBeLessThan(1)
  }, 180_000)

  it('the umbrella brings everything: the command trains, samples and evaluates', async () => {
    const dir = await project('all', [...tarballs.keys()], ['@tensorflow/tfjs-core@4.22.0'])
    const command = join(dir, 'node_modules', '.bin', 'equilibria')
    const flags = ['--steps', '20', '--batch', '16', '--set', 'every.checkpoint=10']
    const { stdout } = await run(command, ['train', 'ring', ...flags], { cwd: dir })
    expect(stdout).toMatch(/modes +\d \/ 8/)
    await run(command, ['sample', 'runs/ring', '--grid'], { cwd: dir })
    expect(existsSync(join(dir, 'runs/ring/samples/samples-seed0.png'))).toBe(true)
    expect(readFileSync(join(dir, 'runs/ring/report.html'), 'utf8')).toMatch(/<svg/)
    const { stdout: info } = await run(command, ['info'], { cwd: dir })
    expect(info).toMatch(/wasm: available/)
  }, 240_000)

  it('holds no tests, and nothing that runs at installation', () => {
    for (const folder of readdirSync(join(root, 'packages'))) {
      const manifest = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'))
      for (const script of ['preinstall', 'install', 'postinstall', 'prepare'])
        expect(manifest.scripts?.[script]).toBeUndefined()
      expect(manifest.sideEffects).toBe(false)
      expect(manifest.peerDependencies?.['@tensorflow/tfjs-core']).toBe('4.22.0')
    }
  })
})
