import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setBackend } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { load } from '../node/load.ts'
import { tinyRecipe, workplace } from './command.fixture.ts'

const place = workplace()
const { put, path } = place
const cpu = ['--backend', 'cpu']
const tensorsIn = (run: string) => {
  const steps = join(path(run), 'checkpoints')
  const newest = readdirSync(steps)
    .filter(s => s.startsWith('step-'))
    .sort()
    .at(-1)!
  return readdirSync(join(steps, newest))
    .filter(f => f.endsWith('.safetensors'))
    .sort()
    .map(f => `${newest} ${f} ${readFileSync(join(steps, newest, f)).toString('base64')}`)
}
const numbers = (csv: string) => readFileSync(path(csv), 'utf8').trim().split('\n')

beforeAll(async () => {
  put('tiny.json', tinyRecipe({ evaluate: ['coverage'], slots: { ema: { name: 'ema', decay: 0.5 } } }))
  expect((await place.run(['train', 'tiny.json', '--out', 'run', ...cpu])).code).toBe(0)
}, 60_000)
afterAll(place.remove)

describe('train', () => {
  it('leaves checkpoints, a log, pictures and a report, and says where', async () => {
    const { out, code } = await place.run(['train', 'tiny.json', ...cpu])
    expect(code).toBe(0)
    expect(out).toMatch(/report +runs\/tiny\/report\.html/)
    for (const made of ['checkpoints/step-00000003', 'log.jsonl', 'samples', 'report.html'])
      expect(existsSync(path(join('runs/tiny', made)))).toBe(true)
    for (const [, at] of out.matchAll(/^[a-z]+ +(runs\/tiny.*)$/gm))
      expect(existsSync(path(at!)), at).toBe(true)
    expect(readFileSync(path('runs/tiny/report.html'), 'utf8')).toMatch(/Mode coverage of 2500 samples/)
  })

  it('names no pictures where a run ended before the first', async () => {
    const { out, code } = await place.run([
      'train',
      'tiny.json',
      '--set',
      'every.sample=100',
      '--out',
      'short',
      ...cpu,
    ])
    expect(code).toBe(0)
    expect(existsSync(path('short/samples'))).toBe(false)
    expect(out).toMatch(/checkpoint +short/)
    expect(out).not.toMatch(/pictures/)
  })

  it('takes a fresh folder each time', async () => {
    await place.run(['train', 'tiny.json', ...cpu])
    expect(existsSync(path('runs/tiny-2/report.html'))).toBe(true)
  })

  it.each(['eager', 'onnxruntime-web'])('runs on the engine that --engine names: %s', async name => {
    const { code, err } = await place.run([
      ...['train', 'tiny.json', '--engine', name, '--out', `on-${name}`],
      ...cpu,
    ])
    expect(code).toBe(0)
    expect(err).toMatch(name === 'eager' ? /\(eager\)/ : /\(compiled: onnxruntime-web .*, plan [0-9a-f]{6}\)/)
  })

  it.each([
    ['nonsense', /unknown engine "nonsense"; known: auto, eager, onnxruntime-node, onnxruntime-web/],
    ['onnxruntime-node-cuda', /provider "cuda" is not there|onnxruntime-node cannot be loaded/],
  ])('refuses --engine %s in words, without a trace', async (name, words) => {
    const { code, err } = await place.run(['train', 'tiny.json', '--engine', name, '--out', 'never', ...cpu])
    expect(code).toBe(2)
    expect(err).toMatch(words)
    expect(err).not.toMatch(/^\s+at /m)
    expect(existsSync(path('never'))).toBe(false)
  })

  it('continues bit for bit: 2 + 3 steps are 5', async () => {
    await place.run(['train', 'tiny.json', '--steps', '5', '--out', 'whole', ...cpu])
    await place.run(['train', 'tiny.json', '--steps', '2', '--out', 'parts', ...cpu])
    const { code } = await place.run(['train', '--resume', '--out', 'parts', '--steps', '5', ...cpu])
    expect(code).toBe(0)
    expect(tensorsIn('parts')).toEqual(tensorsIn('whole'))
  })

  it('saves and stops when interrupted, with a status of its own', async () => {
    const { code, err } = await place.run(['train', 'tiny.json', '--out', 'stopped', ...cpu], {
      signal: AbortSignal.abort(),
    })
    expect(code).toBe(130)
    expect(err).toMatch(/stopped and saved at step 0; continue with: equilibria train --resume --out stopped/)
    expect((await place.run(['train', '--resume', '--out', 'stopped', ...cpu])).code).toBe(0)
    expect(tensorsIn('stopped')).toEqual(tensorsIn('run'))
  })

  it("starts from another run's weights", async () => {
    const { code, err } = await place.run([
      'train',
      'tiny.json',
      '--from',
      'run',
      '--out',
      'tuned',
      '--seed',
      '9',
      ...cpu,
    ])
    expect(code).toBe(0)
    expect(err).toMatch(/weights of run: 8 taken, 0 left/)
  })

  it('changes any field with --set', async () => {
    const { code } = await place.run([
      'train',
      'tiny.json',
      '--out',
      'changed',
      ...cpu,
      '--set',
      'game.loss=hinge',
      '--set',
      'game.criticTerms.r1={"name":"r1","gamma":2}',
      '--set',
      'optimizer.rate=0.01',
    ])
    expect(code).toBe(0)
    await setBackend('cpu')
    const { recipe } = await load(path('changed'))
    expect(recipe).toMatchObject({
      game: { loss: 'hinge', criticTerms: { r1: { name: 'r1', gamma: 2 } } },
      optimizer: { name: 'adam', rate: 0.01 },
    })
  })

  it('stops with a status of its own when numbers are no longer finite, and keeps the last good state', async () => {
    const { code, err } = await place.run([
      'train',
      'tiny.json',
      '--out',
      'diverged',
      '--steps',
      '400',
      ...cpu,
      '--set',
      'optimizer={"name":"sgd","rate":1e30}',
    ])
    expect(code).toBe(3)
    expect(err).toMatch(/critic|generator/)
  })

  it('plays with losses and networks from a plugin file, by name', async () => {
    put(
      'plugin.mjs',
      `import { mean, sub, neg } from '@tensorflow/tfjs-core'
       const plain = () => ({ critic: (real, fake) => sub(mean(fake), mean(real)), generator: fake => neg(mean(fake)) })
       export default { name: 'mine', losses: { plain } }`,
    )
    // The plugin finds tfjs-core where a project would have it.
    const { symlinkSync } = await import('node:fs')
    symlinkSync(join(import.meta.dirname, '../../../../node_modules'), path('node_modules'))
    const { code } = await place.run([
      'train',
      'tiny.json',
      '--plugin',
      './plugin.mjs',
      '--set',
      'game.loss=plain',
      '--out',
      'own',
      ...cpu,
    ])
    expect(code).toBe(0)
    const { out } = await place.run(['list', 'losses', '--plugin', './plugin.mjs'])
    expect(out).toMatch(/ {2}plain {2}\[mine\]/)
  })
})

describe('sample', () => {
  it('writes points as a table, and the same sample whether alone or among others', async () => {
    await place.run(['sample', 'run', '--n', '70', '--seed', '4', '--out', 'all.csv', ...cpu])
    await place.run(['sample', 'run', '--n', '1', '--first', '66', '--seed', '4', '--out', 'one.csv', ...cpu])
    expect(numbers('all.csv')).toHaveLength(70)
    expect(numbers('one.csv')).toEqual([numbers('all.csv')[66]])
    expect(new Set(numbers('all.csv')).size).toBeGreaterThan(35)
  })

  it('draws a picture with --grid', async () => {
    const { out, code } = await place.run(['sample', 'run', '--grid', ...cpu])
    expect(code).toBe(0)
    expect(out.trim()).toBe('run/samples/samples-seed0.png')
    expect([...readFileSync(path(out.trim())).subarray(1, 4)]).toEqual([...'PNG'].map(c => c.charCodeAt(0)))
  })

  it('draws classes of a conditional run, one file each', async () => {
    const conditional = (family: string, more = {}) => ({
      name: family,
      hidden: [4],
      conditional: true,
      ...more,
    })
    put(
      'classes.json',
      tinyRecipe({
        data: { name: 'ring', size: 64, labels: true },
        game: {
          ...tinyRecipe().game,
          generator: conditional('mlp.generator', { dimensions: 2 }),
          critic: conditional('mlp.critic'),
        },
      }),
    )
    const trained = await place.run(['train', 'classes.json', '--out', 'classes', ...cpu])
    expect([trained.code, trained.err]).toEqual([0, expect.any(String)])
    await place.run(['sample', 'classes', '--n', '8', '--out', 'mixed.csv', ...cpu])
    await place.run(['sample', 'classes', '--n', '8', '--class', '2', '--out', 'two.csv', ...cpu])
    // Row 2 of the mixed list has class 2, as all of the other list.
    expect(numbers('two.csv')[2]).toBe(numbers('mixed.csv')[2])
    expect(numbers('two.csv')[3]).not.toBe(numbers('mixed.csv')[3])
    const { code, err } = await place.run(['sample', 'classes', '--class', '8', ...cpu])
    expect([code, err]).toEqual([2, expect.stringMatching(/class 8 is not known; the classes are 0 to 7/)])
  })
})

describe('evaluate, list, info', () => {
  it("prints the recipe's evaluations, or their numbers", async () => {
    const text = await place.run(['evaluate', 'run', '--n', '100', ...cpu])
    expect(text.out).toMatch(/Mode coverage of 100 samples[\s\S]*modes[\s\S]*reverse KL/)
    const { out } = await place.run(['evaluate', 'run', '--n', '100', '--json', ...cpu])
    expect(Object.keys(JSON.parse(out).coverage)).toEqual(['modes', 'highQuality', 'reverseKl', 'samples'])
  })

  it('says which data an evaluation asked for by name judges', async () => {
    const { err, code } = await place.run(['evaluate', 'run', '--with', 'parzen', ...cpu])
    expect(code).toBe(2)
    expect(err).toMatch(/^error: parzen: "ring" keeps no test split apart, .*\n$/)
  })

  it('lists names with their options', async () => {
    const { out } = await place.run(['list'])
    for (const line of [
      /^losses$/m,
      / {2}hinge$/m,
      / {2}nonSaturating {2}realLabel=1 fakeLabel=0$/m,
      / {2}adam {2}rate=0\.0002 beta1=0\.9/,
      / {2}mnist {2}folder=""/,
    ])
      expect(out).toMatch(line)
  })

  it('tells what the machine offers', async () => {
    const { out, code } = await place.run(['info', ...cpu])
    expect(code).toBe(0)
    expect(out).toMatch(/backend {2}cpu[\s\S]*engine {3}\S[\s\S]*wasm: available/)
  })

  it.each([[], ['--help'], ['train', '--help'], ['sample', '--help'], ['--version']])(
    'helps: %j',
    async (...args) => {
      const { out, err, code } = await place.run(args.flat() as string[])
      expect([code, err]).toEqual([0, ''])
      expect(out.length).toBeGreaterThan(4)
    },
  )
})
