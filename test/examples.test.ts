import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// Every example, run as its README says, only shorter. They run in a copy, so that nothing is left in the repository.

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
})
