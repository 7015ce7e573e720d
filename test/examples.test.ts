import { execFile } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { encodeIdx } from '@equilibria/datasets'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// Every example that Node runs (the browser's has a page.test.ts of its own), run as its README says, only shorter. They run in a copy, so that nothing is left in the repository.

const root = join(import.meta.dirname, '..')
const copy = mkdtempSync(join(root, 'test', '.generated-examples-'))
const command = join(root, 'packages/equilibria/src/cli/main.ts')

const tsx = async (example: string, args: readonly string[], env: Record<string, string> = {}) =>
  promisify(execFile)(process.execPath, ['--import', 'tsx', '--conditions=@equilibria/source', ...args], {
    cwd: join(copy, example),
    env: { ...process.env, ...env },
    timeout: 100_000,
  })

beforeAll(() => {
  cpSync(join(root, 'examples'), copy, {
    recursive: true,
    filter: source => !/(node_modules|runs|pictures)$/.test(source),
  })
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

describe('examples', () => {
  it('quickstart trains', async () => {
    const { stderr } = await tsx('quickstart', ['main.ts'], { STEPS: '20' })
    expect(stderr).toMatch(/20\/20|20 steps/)
  }, 110_000)

  it('quickstart is at most fifteen lines', () => {
    const code = readFileSync(join(root, 'examples/quickstart/main.ts'), 'utf8')
    const body = code.split('\n').filter(line => line.trim() !== '')
    expect(body.length).toBeLessThanOrEqual(15)
  })

  it('ring draws real and generated points', async () => {
    await tsx('ring', ['main.ts'], { STEPS: '5' })
    expect(existsSync(join(copy, 'ring/runs/ring.png'))).toBe(true)
  }, 110_000)

  it('games plays those it is told to, and says what it measured', async () => {
    const { stdout } = await tsx('games', ['main.ts', 'conditional', 'cycleGan'], { STEPS: '2' })
    expect(stdout).toMatch(/^conditional: accuracy [\d.]+ \(.*\ncycleGan: cycle [\d.]+, close/m)
  }, 110_000)

  it('games refuses what it does not know in one line', async () => {
    await expect(tsx('games', ['main.ts', 'toString'])).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^no example "toString"; there are conditional, .*\n$/),
    })
  }, 110_000)

  it('custom-plugin trains a loss and a network from outside, by name', async () => {
    const args = ['train', 'recipe.json', '--plugin', './plugin.ts', '--steps', '5', '--out', 'runs/own']
    const { stdout } = await tsx('custom-plugin', [command, ...args])
    expect(stdout).toMatch(/runs\/own\/report\.html/)
  }, 110_000)

  it('custom-plugin: the loss is one file of at most ten lines', () => {
    const lines = readFileSync(join(root, 'examples/custom-plugin/logistic.ts'), 'utf8').trim().split('\n')
    expect(lines.length).toBeLessThanOrEqual(10)
  })

  it('your-own-images goes from a folder of pictures to samples', async () => {
    const target = join(copy, 'node_modules')
    if (!existsSync(target)) symlinkSync(join(root, 'node_modules'), target)
    const flags = [
      '--steps',
      '2',
      '--batch',
      '4',
      '--set',
      'every.sample=1',
      '--out',
      'runs/own',
      '--size',
      '16',
    ]
    const { drawShapes } = await import(join(copy, 'your-own-images/shapes.ts'))
    drawShapes(join(copy, 'your-own-images/pictures'), 6)
    const args = ['train', 'recipe.json', '--data', './pictures', ...flags]
    const { stdout } = await tsx('your-own-images', [command, ...args])
    expect(stdout).toMatch(/runs\/own\/report\.html/)
    expect(existsSync(join(copy, 'your-own-images/runs/own/samples/step-00000002-samples.png'))).toBe(true)
  }, 110_000)

  describe('goodfellow-2014', () => {
    const images = join(copy, 'images')
    const start = (...args: string[]) =>
      tsx('goodfellow-2014', ['main.ts', '--minutes', '0', '--engine', 'eager', ...args], {
        EQUILIBRIA_DATA: images,
      })
    const runs = () => readdirSync(join(copy, 'goodfellow-2014/runs')).sort()

    beforeAll(() => {
      mkdirSync(join(images, 'mnist'), { recursive: true })
      for (const [name, n] of [
        ['train', 1040],
        ['t10k', 30],
      ] as const) {
        const pixels = Uint8Array.from({ length: n * 784 }, (_, i) => (i * 37 + (i >> 8)) % 256)
        const put = (file: string, idx: Parameters<typeof encodeIdx>[0]) =>
          writeFileSync(join(images, 'mnist', `${name}-${file}`), encodeIdx(idx))
        put('images-idx3-ubyte', { shape: [n, 28, 28], data: pixels })
        put('labels-idx1-ubyte', { shape: [n], data: Uint8Array.from({ length: n }, (_, i) => i % 10) })
      }
    })

    it('judges what it was given and what it trained, and goes on when run again', async () => {
      const { stdout, stderr } = await start('--baselines', '--rounds', '1')
      expect(stderr).toMatch(/^40 images to train on, 1000 kept out, 30 to judge by/m)
      for (const row of [
        /^\| 40 training images \| [-\d.]+ ± [\d.]+ \| bandwidth [\d.]+; literature about 243 \|$/m,
        /^\| 8 k-means centres \| .* 1 rounds; literature about 313 \|$/m,
        /^\| this run \| [-\d.]+ ± [\d.]+ \| bandwidth [\d.]+; nonSaturating, simultaneous, seed 0, .* epochs \|$/m,
        /^\| adversarial nets \| 225 ± 2 \| as published \|$/m,
      ])
        expect(stdout).toMatch(row)
      const folder = join(copy, 'goodfellow-2014/runs/nonSaturating-simultaneous-40-seed-0')
      for (const made of ['samples.png', 'interpolation.png', 'results.md', 'report.html'])
        expect(existsSync(join(folder, made)), made).toBe(true)
      const again = await start()
      expect(again.stderr).toMatch(/continuing from step \d/)
    }, 110_000)

    it('starts a run of its own with other options, and does not go on with another one', async () => {
      const options = ['--play', 'alternating', '--k', '5', '--cost', 'minimax']
      const { stdout } = await start(...options)
      expect(stdout).toMatch(/minimax, alternating, k = 5, seed 0/)
      expect(runs()).toEqual(['minimax-alternating-5-40-seed-0', 'nonSaturating-simultaneous-40-seed-0'])
      const refused = start(...options, '--out', 'runs/nonSaturating-simultaneous-40-seed-0')
      await expect(refused).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringMatching(
          /^--out runs\/\S+ holds another run \(cost nonSaturating there, minimax here; .*$/m,
        ),
      })
    }, 110_000)
  })
})
