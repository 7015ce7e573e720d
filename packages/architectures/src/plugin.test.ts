import { corePlugin, countParameters, createRegistry, isPart, key, scoped } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import { residual } from './layers/residual.ts'
import { mlp } from './networks/mlp.ts'
import { architecturesPlugin } from './plugin.ts'

const registry = createRegistry()
beforeAll(async () => {
  await setBackend('cpu')
  registry.use(corePlugin)
  registry.use(architecturesPlugin)
})

const facts = { shape: [28, 28, 1], classes: 10 }
const count = (spec: unknown, given: object = facts) =>
  scoped(() => countParameters(registry.make('networks', spec, given).init(key(0))))

/** What networks around networks are given beside these. */
const beside: { readonly [name: string]: object } = { joint: { shape: [2], dimensions: 2 } }
const around = Object.entries(architecturesPlugin.networks).flatMap(([name, { options }]) => {
  const inner = Object.keys(options).filter(option => {
    const given = options[option as never] as unknown
    return isPart(given) && given.part === 'networks'
  })
  return inner.map(missing => ({ name, missing, inner }))
})

describe('a network around networks', () => {
  const network = mlp.critic({ shape: [2] })
  const needs = /needs a network \{ init\(key\) => params, apply\(params, x, context\) => y \}, got none/

  it.each(around)('$name: no $missing', ({ name, missing, inner }) => {
    const { make, options } = registry.find('networks', name)
    const given = { ...options, ...beside[name], ...Object.fromEntries(inner.map(each => [each, network])) }
    expect(() => make({ ...given, [missing]: undefined })).toThrow(needs)
  })

  it('residual: no body', () => expect(() => residual(undefined as never)).toThrow(needs))

  it('finds them all', () => expect(around.length).toBe(8))
})

describe('architecturesPlugin', () => {
  it('makes each network from its name and the data’s shape', () => {
    const families = registry
      .names('networks')
      .filter(name => name.includes('.') && !name.endsWith('.encoder'))
    expect(Object.fromEntries(families.map(name => [name, count(name)]))).toEqual({
      'mlp.generator': 65 * 256 + 257 * 512 + 513 * 784,
      'mlp.critic': 785 * 512 + 513 * 256 + 257,
      'goodfellow2014.generator': 2_503_984,
      'goodfellow2014.critic': 1_231_441,
      'dcgan.generator': 64 * 6272 + 256 + 16 * 128 * 64 + 128 + 16 * 64 + 1,
      'dcgan.critic': 16 * 64 + 64 + 16 * 64 * 128 + 128 + 6273,
      'unet.generator': 16 * 64 + 64 + 2 * 16 * 64 * 128 + 128 + 64 + 16 * 128 + 1,
      'resnet.generator': 129 * 49 * 256 + 2 * (19 * 256 * 256 + 4 * 256) + 2 * 256 + 9 * 256 + 1,
      'resnet.critic': 10 * 128 + 2 * 128 + 7 * (9 * 128 * 128 + 128) + 129 * 128 + 129,
      'r3gan.generator': 64 * 96 + 49 * 96 + 6 * (96 * 192 * 2 + 9 * 16 * 192 + 2 * 192) + 96,
      'r3gan.critic': 96 + 6 * (96 * 192 * 2 + 9 * 16 * 192 + 2 * 192) + 49 * 96 + 96,
    })
  })

  it('makes encoders and critics of several outputs', () => {
    const outputs = { name: 'mlp.critic', hidden: [3], outputs: 11 }
    expect(count(outputs)).toBe(785 * 3 + 4 * 11)
    expect(count({ name: 'mlp.encoder', hidden: [3], dimensions: 11 })).toBe(count(outputs))
    expect(count({ name: 'dcgan.encoder', dimensions: 4 })).toBe(count({ name: 'dcgan.critic', outputs: 4 }))
    expect(() => count({ name: 'mlp.encoder' })).toThrow('dimensions: must be given')
    expect(() => count({ ...outputs, conditional: true })).toThrow(
      'expected classes, for one logit a row that depends on the class, or outputs',
    )
  })

  it('wraps networks', () => {
    const critic = { name: 'mlp.critic', shape: [6], hidden: [5] }
    expect(count({ name: 'packed', rows: 3, critic })).toBe(7 * 5 + 6)
    const [encoder, decoder] = [
      { name: 'mlp.encoder', hidden: [5], dimensions: 3 },
      { name: 'mlp.generator', hidden: [4], dimensions: 3 },
    ]
    expect(count({ name: 'autoencoding', encoder, decoder, norm: 2 }, { shape: [2, 2, 1] })).toBe(
      5 * 5 + 6 * 3 + 4 * 4 + 5 * 4,
    )
    expect(count({ name: 'spectralNorm', network: critic })).toBe(count(critic))
    expect(count({ name: 'weightNorm', network: critic })).toBe(count(critic) + 5 + 1)
    expect(count({ name: 'instanceNoise', deviation: 0.2, critic })).toBe(7 * 5 + 6)
    expect(count({ name: 'instanceNoise', deviation: { name: 'linear', from: 1, steps: 9 }, critic })).toBe(
      41,
    )
    expect(() => count({ name: 'packed', rows: 0, critic })).toThrow('packed: rows must be')
  })

  it('is conditional only where the recipe says so', () => {
    const plain = count('mlp.critic')
    expect(count({ name: 'mlp.critic', conditional: true })).toBe(plain + 10 * 256)
    expect(count({ name: 'mlp.critic', conditional: true, classes: 4 })).toBe(plain + 4 * 256)
    expect(() => count({ name: 'mlp.critic', conditional: true }, { shape: [2] })).toThrow(
      'networks: conditional: true needs data with classes',
    )
  })

  it.each([
    'mlp.generator',
    'mlp.critic',
    'goodfellow2014.generator',
    'goodfellow2014.critic',
    'dcgan.generator',
    'dcgan.critic',
    'resnet.generator',
    'resnet.critic',
    'r3gan.generator',
    'r3gan.critic',
  ])('%s takes every option it lists, and no other', name => {
    const { options } = registry.find('networks', name)
    const given = Object.fromEntries(
      Object.entries(options).filter(([, value]) => typeof value !== 'symbol' && value !== undefined),
    )
    expect(count({ name, ...given })).toBe(count(name))
    expect(() => count({ name, sizes: 3 })).toThrow(`unknown option of "${name}" "sizes"`)
  })

  it('passes options on', () => {
    expect(count({ name: 'mlp.critic', hidden: [3] })).toBe(785 * 3 + 4)
    expect(count({ name: 'mlp.generator', hidden: [3], dimensions: 5, batchNorm: true })).toBe(
      5 * 3 + 6 + 4 * 784,
    )
    expect(() => count({ name: 'mlp.generator', activation: 'rleu' })).toThrow('did you mean "relu"')
  })

  it('types its names', () => {
    expectTypeOf(registry.factory('networks', 'mlp.generator')).toEqualTypeOf<typeof mlp.generator>()
  })
})
