import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fold, key } from '@equilibria/core'
import { decodeSafetensors, safetensorsMetadata } from '@equilibria/trainers'
import { loadGraphModel } from '@tensorflow/tfjs-converter'
import { io, setBackend, type Tensor, tensor1d } from '@tensorflow/tfjs-core'
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-common'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fromSafetensors } from '../export/safetensors.ts'
import { load } from '../node/load.ts'
import { openRun } from '../node/run-folder.ts'
import { makeRegistry } from '../registry.ts'
import { sample } from '../sample.ts'
import { releaseTrained, restoreTrained } from '../trained.ts'
import { tinyRecipe, workplace } from './command.fixture.ts'

const place = workplace()
const { put, path } = place
const conditional = { conditional: true }
/** Eight pictures of 8x8 pixels, of three classes. */
const pictures = {
  name: 'idx',
  images: path(
    put('images', Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0, 0, 8, ...Array(512).keys())),
  ),
  labels: path(put('labels', Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 8, 0, 1, 2, 0, 1, 2, 0, 1))),
}
const dcgan = (more = {}) => ({
  data: pictures,
  game: {
    name: 'gan',
    generator: { name: 'dcgan.generator', dimensions: 4, width: 4, ...more },
    critic: { name: 'dcgan.critic', width: 4, ...more },
    latent: { name: 'gaussian', dimensions: 4 },
    loss: 'nonSaturating',
  },
})
const recipes: { readonly [name: string]: object } = {
  mlp: tinyRecipe(),
  'dcgan with batch norm': tinyRecipe(dcgan()),
  'class-conditional dcgan': tinyRecipe(dcgan(conditional)),
}
const folderOf = (name: string) => name.replaceAll(' ', '-')

beforeAll(async () => {
  for (const [name, recipe] of Object.entries(recipes)) {
    const { code, err } = await place.run([
      'train',
      put(`${folderOf(name)}.json`, recipe),
      '--out',
      folderOf(name),
      '--backend',
      'cpu',
    ])
    expect([code, err]).toEqual([0, expect.any(String)])
  }
  await setBackend('cpu')
}, 120_000)
afterAll(place.remove)

const N = 5

/** What `sample` gives, and the latents and labels that it gives it from. */
async function expected(name: string) {
  const { recipe, snapshot } = await openRun(path(folderOf(name)))
  const trained = restoreTrained(recipe, makeRegistry(), recipe.facts!, snapshot)
  const latent = trained.sampler.latent.draw(fold(key(3), 'samples'), N)
  const label = Array.from({ length: N }, (_, i) => i % (trained.classes ?? 1))
  const samples = sample(trained, { seed: 3, n: N })
  releaseTrained(trained)
  return { latent, label: trained.classes === undefined ? undefined : label, samples, trained, recipe }
}

const close = (ours: ArrayLike<number>, samples: Tensor) => {
  const theirs = samples.dataSync()
  expect(ours.length).toBe(theirs.length)
  for (let i = 0; i < theirs.length; i++) expect(ours[i]).toBeCloseTo(theirs[i]!, 5)
}

/** Exports a run and says where to. */
async function exported(name: string, format: string, ...flags: string[]): Promise<string> {
  const { code, out, err } = await place.run(['export', folderOf(name), '--format', format, ...flags])
  expect([code, err]).toEqual([0, ''])
  return out.trim()
}

interface Runtime {
  readonly InferenceSession: { create(model: Uint8Array): Promise<InferenceSession> }
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => OrtTensor
}
const runtimes = await Promise.all(
  Object.entries({
    'onnxruntime-node': () => import('onnxruntime-node'),
    'onnxruntime-web': () => import('onnxruntime-web'),
  }).map(async ([name, load]) => ({
    name,
    runtime: (await load().catch(() => undefined)) as Runtime | undefined,
  })),
)

describe.each(Object.keys(recipes))('a generator exported from a run of %s gives what sample gives', name => {
  it.skipIf(runtimes.some(({ runtime }) => !runtime)).each(runtimes)('as onnx, in $name', async each => {
    const runtime = each.runtime!
    const file = await exported(name, 'onnx')
    expect(file).toBe(`${folderOf(name)}/export/generator.onnx`)
    const { latent, label, samples } = await expected(name)
    const session = await runtime.InferenceSession.create(new Uint8Array(readFileSync(path(file))))
    const { sample: made } = await session.run({
      latent: new runtime.Tensor('float32', latent.dataSync(), latent.shape),
      ...(label ? { label: new runtime.Tensor('int32', Int32Array.from(label), [N]) } : {}),
    })
    expect(made!.dims).toEqual(samples.shape)
    close(made!.data as Float32Array, samples)
  })

  it('as tfjs, in a graph model', async () => {
    const file = await exported(name, 'tfjs')
    expect(file).toBe(`${folderOf(name)}/export/tfjs/model.json`)
    const { latent, label, samples, recipe } = await expected(name)
    const json = JSON.parse(readFileSync(path(file), 'utf8')) as io.ModelJSON
    const [group] = json.weightsManifest
    const bytes = readFileSync(path(file.replace('model.json', group!.paths[0]!)))
    const model = await loadGraphModel(
      io.fromMemory({ ...json, weightSpecs: group!.weights, weightData: new Uint8Array(bytes).buffer }),
    )
    const made = model.execute({ latent, ...(label ? { label: tensor1d(label, 'int32') } : {}) }) as Tensor
    expect(made.shape).toEqual(samples.shape)
    close(made.dataSync(), samples)
    const about = json.userDefinedMetadata as unknown as { [name: string]: string }
    expect(JSON.parse(about.recipe!)).toEqual(recipe)
    expect(JSON.parse(about.outputs!).sample).toEqual({
      shape: ['batch', ...recipe.facts!.shape],
      dtype: 'float32',
      range: recipe.facts!.range,
    })
    expect(JSON.parse(about.inputs!)).toEqual({
      latent: {
        shape: ['batch', latent.shape[1]],
        dtype: 'float32',
        distribution: { name: 'gaussian', dimensions: latent.shape[1] },
      },
      ...(label ? { label: { shape: ['batch'], dtype: 'int32', classes: 3 } } : {}),
    })
  })

  it('as safetensors, read back', async () => {
    const file = await exported(name, 'safetensors')
    expect(file).toBe(`${folderOf(name)}/export/generator.safetensors`)
    const bytes = new Uint8Array(readFileSync(path(file)))
    const { samples } = await expected(name)
    const trained = fromSafetensors(bytes, makeRegistry())
    const made = sample(trained, { seed: 3, n: N })
    expect([...made.dataSync()]).toEqual([...samples.dataSync()])
    expect(
      [...decodeSafetensors(bytes).keys()].every(path => /^(params\/generator|standing)\//.test(path)),
    ).toBe(true)
    expect(safetensorsMetadata(bytes).step).toBe('3')
    releaseTrained(trained)
  })
})

describe('export', () => {
  it('writes where it is told, and puts new contents in place of old', async () => {
    const files = () => readdirSync(path('web')).sort()
    await exported('mlp', 'tfjs', '--out', 'web')
    const before = files()
    await exported('dcgan with batch norm', 'tfjs', '--out', 'web')
    expect([before.length, files().length]).toEqual([2, 2])
    expect(files()).not.toEqual(before)
    for (const format of ['onnx', 'safetensors']) {
      const file = await exported('mlp', format, '--out', `made/mine.${format}`)
      const first = readFileSync(path(file))
      await exported('mlp', format, '--out', `made/mine.${format}`)
      expect(readFileSync(path(file)).equals(first)).toBe(true)
      expect(basename(await exported('mlp', format, '--out', 'made'))).toBe(`generator.${format}`)
    }
    expect(readdirSync(path('made')).filter(name => name.startsWith('.'))).toEqual([])
  })

  it('leaves the run as it was: it can be sampled and continued', async () => {
    await exported('mlp', 'onnx', '--batch', '2')
    expect(existsSync(path('mlp/export/generator.onnx'))).toBe(true)
    const run = await load(path('mlp'))
    run.dispose()
    expect(
      (await place.run(['train', '--resume', '--out', 'mlp', '--steps', '4', '--backend', 'cpu'])).code,
    ).toBe(0)
  })

  it('reads back no file that it did not write', () => {
    const file = new Uint8Array(readFileSync(path('mlp/export/generator.safetensors')))
    const at = new TextDecoder('latin1').decode(file).indexOf('"recipe"')
    const without = file.slice()
    without.set(new TextEncoder().encode('"recipf"'), at)
    expect(() => fromSafetensors(without, makeRegistry())).toThrow(/its metadata has no recipe/)
  })
})
