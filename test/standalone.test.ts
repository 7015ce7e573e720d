import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { available, site, softwareGpu, where } from './chromium.fixture.ts'

// What users get: every package built and packed, tarballs installed by plain npm into empty folders, and a game trained there
// with plain Node.

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')
const work = mkdtempSync(join(tmpdir(), 'equilibria-standalone-'))
const tarballs = new Map<string, string>()
const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts']

/** Peers that no package insists on, with their versions. */
const peers: Record<string, string> = {}
const optional: string[] = []
for (const folder of readdirSync(join(root, 'packages'))) {
  const manifest = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'))
  Object.assign(peers, manifest.peerDependencies)
  // The cpu backend is optional for core alone; backends brings it.
  for (const [name, { optional: may }] of Object.entries<{ optional?: boolean }>(
    manifest.peerDependenciesMeta ?? {},
  ))
    if (may && name !== '@tensorflow/tfjs-backend-cpu' && !optional.includes(name)) optional.push(name)
}

/** Without this machine's own build of an optional engine. */
const { EQUILIBRIA_TFJS_NODE: _, ...bare } = process.env

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

  describe('the umbrella', () => {
    let dir: string
    let equilibria: (...args: string[]) => Promise<string>
    /** What a run's newest checkpoint says that trained it. */
    const engineIn = (folder: string): string => {
      const checkpoints = join(dir, folder, 'checkpoints')
      const newest = readdirSync(checkpoints).sort().at(-1)!
      return JSON.parse(readFileSync(join(checkpoints, newest, 'checkpoint.json'), 'utf8')).engine
    }
    beforeAll(async () => {
      dir = await project('all', [...tarballs.keys()], ['@tensorflow/tfjs-core@4.22.0'])
      const command = join(dir, 'node_modules', '.bin', 'equilibria')
      equilibria = async (...args) => (await run(command, args, { cwd: dir, env: bare })).stdout
    }, 240_000)

    it('brings everything: the command trains, samples and evaluates', async () => {
      const flags = ['--steps', '20', '--batch', '16', '--set', 'every.checkpoint=10']
      expect(await equilibria('train', 'ring', ...flags)).toMatch(/modes +\d \/ 8/)
      await equilibria('sample', 'runs/ring', '--grid')
      expect(existsSync(join(dir, 'runs/ring/samples/samples-seed0.png'))).toBe(true)
      expect(readFileSync(join(dir, 'runs/ring/report.html'), 'utf8')).toMatch(/<svg/)
    }, 240_000)

    it('runs no script as it is installed: no download can fail it', () => {
      const { packages } = JSON.parse(
        readFileSync(join(dir, 'node_modules', '.package-lock.json'), 'utf8'),
      ) as { packages: Record<string, { hasInstallScript?: boolean }> }
      expect(Object.keys(packages).length).toBeGreaterThan(10)
      expect(Object.keys(packages).filter(path => packages[path]!.hasInstallScript)).toEqual([])
    })

    it('brings no engine that is optional, trains on what is left, and says what is missing', async () => {
      expect(optional.length).toBeGreaterThan(4)
      expect(optional.filter(name => existsSync(join(dir, 'node_modules', name)))).toEqual([])
      for (const backend of ['auto', 'cpu']) {
        const flags = ['--steps', '2', '--batch', '4', '--out', `runs/${backend}`]
        expect(await equilibria('train', 'ring', '--backend', backend, ...flags)).toMatch(/report\.html/)
        expect(engineIn(`runs/${backend}`)).toBe('eager')
      }
      const info = await equilibria('info')
      expect(info).toMatch(/wasm: available/)
      expect(info).toMatch(/webgpu: .*webgpu is not installed/)
      expect(info).toMatch(/tensorflow: .*@tensorflow\/tfjs-node is not installed/)
    }, 240_000)

    it.skipIf(!available)(
      `is bundled without the optional backends; the page says that they are missing, ${where}`,
      async () => {
        writeFileSync(
          join(dir, 'index.html'),
          `<!doctype html><script type="module">
             import { describeBackends, useBackend } from '@equilibria/backends'
             window.run = async options => [await describeBackends(options), await useBackend('auto', options)]
           </script>`,
        )
        const pages = await site(dir, softwareGpu, { conditions: ['module', 'browser', 'production'] })
        try {
          const page = await pages.open()
          await page.waitForFunction(() => 'run' in globalThis)
          const [all, used] = await page.evaluate(() =>
            (
              globalThis as unknown as { run(o: object): Promise<[{ name: string }[], { name: string }]> }
            ).run({
              wasmPaths: '/wasm/',
            }),
          )
          for (const name of ['webgpu', 'webgl'])
            expect(all.find(entry => entry.name === name)).toMatchObject({
              ok: false,
              reason: `@tensorflow/tfjs-backend-${name} is not installed`,
              remedy: expect.stringContaining(`Install @tensorflow/tfjs-backend-${name}`),
            })
          expect(used.name).toBe('wasm')
        } finally {
          await pages.close()
        }
      },
      120_000,
    )

    it.skipIf(process.env.EQUILIBRIA_MATRIX !== '1')(
      'is installed beside an onnxruntime-node whose download fails, if that is an optional dependency (set EQUILIBRIA_MATRIX=1)',
      async () => {
        const scripts = quiet.filter(flag => flag !== '--ignore-scripts')
        const wanted = `onnxruntime-node@${peers['onnxruntime-node']}`
        await run('npm', ['install', ...scripts, '--ignore-scripts=false', '--save-optional', wanted], {
          cwd: dir,
          // Nothing listens there.
          env: {
            ...bare,
            ONNXRUNTIME_NODE_INSTALL: 'cuda12',
            GLOBAL_AGENT_HTTPS_PROXY: 'http://127.0.0.1:9',
          },
        })
        expect(existsSync(join(dir, 'node_modules', 'onnxruntime-node'))).toBe(false)
        const flags = ['--steps', '2', '--batch', '4', '--out', 'runs/without']
        expect(await equilibria('train', 'ring', ...flags)).toMatch(/report\.html/)
        // The tests below know nothing of it.
        await run('npm', ['uninstall', ...quiet, 'onnxruntime-node'], { cwd: dir })
      },
      300_000,
    )

    // Hundreds of megabytes: only where everything is proved.
    it.skipIf(process.env.EQUILIBRIA_MATRIX !== '1')(
      `trains with every optional engine from the registry but onnxruntime-node (set EQUILIBRIA_MATRIX=1)`,
      async () => {
        const own = ['onnxruntime-node', '@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu']
        const others = optional.filter(name => !own.includes(name))
        const wanted = others.map(name => `${name}@${peers[name]}`)
        await run('npm', ['install', ...quiet, ...wanted], { cwd: dir })
        expect(existsSync(join(dir, 'node_modules', 'onnxruntime-node'))).toBe(false)
        const flags = ['--steps', '2', '--batch', '4', '--out', 'runs/others']
        expect(await equilibria('train', 'ring', ...flags)).toMatch(/report\.html/)
        expect(engineIn('runs/others')).toMatch(/onnxruntime-web/)
      },
      300_000,
    )
  })

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
