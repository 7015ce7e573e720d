import { describe, expect, it } from 'vitest'
import { corePlugin } from './core-plugin.ts'
import { createRegistry, entry, fromData, type Network, type Plugin, part } from './index.ts'
import type { Loss } from './loss.ts'

const loss = (critic = 1) => ({ critic: () => critic, generator: () => 0 }) as unknown as Loss
const network = (options: object) => ({ options, init: () => ({}), apply: () => 0 }) as unknown as Network

const registry = () => {
  const r = createRegistry()
  r.use(corePlugin)
  r.use({
    name: 'mine',
    losses: { plain: () => loss(), squares: entry(({ a }) => loss(a), { a: 2 }) },
    networks: { net: entry(network, { shape: fromData, classes: fromData, width: 8 }) },
    regularizers: {
      r1: entry(({ gamma }) => ({ gamma }) as never, { gamma: 1 }),
      every: entry(o => o as never, { k: 16, term: part('regularizers') }),
    },
  })
  return r
}

describe('registry', () => {
  it('makes values by name, with defaults and options', () => {
    const critic = (spec: unknown) =>
      (registry().make('losses', spec) as unknown as { critic(): number }).critic()
    expect(critic('plain')).toBe(1)
    expect(critic('squares')).toBe(2)
    expect(critic({ name: 'squares', a: 5 })).toBe(5)
  })

  it('fills options from the data unless they are given', () => {
    const made = (spec: object) =>
      (
        registry().make('networks', { name: 'net', ...spec }, { shape: [28, 28, 1] }) as unknown as {
          options: object
        }
      ).options
    expect(made({})).toEqual({ shape: [28, 28, 1], width: 8 })
    expect(made({ shape: [2] })).toEqual({ shape: [2], width: 8 })
  })

  it('makes parts recursively', () => {
    expect(registry().make('regularizers', { name: 'every', k: 4, term: { name: 'r1', gamma: 3 } })).toEqual({
      k: 4,
      term: { gamma: 3 },
    })
  })

  it('takes numbers and schedules where a schedule is wanted', () => {
    expect(() => registry().make('optimizers', { name: 'adam', rate: 1e-3 })).not.toThrow()
    expect(() =>
      registry().make('optimizers', { name: 'adam', rate: { name: 'cosine', from: 1, steps: 10 } }),
    ).not.toThrow()
  })

  it.each([
    ['losses', 'plan', /^losses: unknown loss "plan"; did you mean "plain"\? known: plain, squares/],
    ['losses', { name: 'plain', a: 1 }, /"plain" takes no options, got "a"/],
    ['losses', { name: 'squares', b: 1 }, /unknown option of "squares" "b"; known: a/],
    ['losses', { name: 'squares', a: 'two' }, /losses\.a: expected a number like 2, got "two"/],
    ['losses', 7, /expected a name or \{ "name": \.\.\., options \}, got 7; known: plain, squares/],
    ['networks', 'net', /networks\.shape: must be given/],
    ['regularizers', 'every', /regularizers\.term: must be given; known regularizers: every, r1/],
    ['regularizers', { name: 'every', term: 'r2' }, /regularizers\.term: unknown regularizer "r2"/],
    [
      'dynamics',
      { name: 'alternating', order: { critic: 0 } },
      /"critic" must move a whole number of times >= 1/,
    ],
    ['schedules', { name: 'linear', from: 1 }, /schedules\.steps: must be given/],
  ] as const)('%s %j is refused', (kind, spec, message) => {
    expect(() => registry().make(kind, spec)).toThrow(message)
  })

  it('using a plugin twice changes nothing; a taken name is an error', () => {
    const r = registry()
    const mine: Plugin = { name: 'other', losses: { third: () => loss() } }
    r.use(mine)
    r.use(mine)
    expect(r.names('losses')).toEqual(['plain', 'squares', 'third'])
    expect(() => r.use({ name: 'thief', losses: { plain: () => loss() } })).toThrow(
      'loss "plain" is provided by both "mine" and "thief"',
    )
  })

  it.each([
    [{}, /has no name/],
    [{ name: 'x', losses: 3 }, /expected losses to be a record/],
    [{ name: 'x', losses: { y: 3 } }, /losses\.y must be a function or entry/],
  ])('refuses the malformed plugin %j', (plugin, message) => {
    expect(() => registry().use(plugin as unknown as Plugin)).toThrow(message)
  })

  it('gives factories their own type back', () => {
    const simultaneous = registry().factory('dynamics', 'simultaneous')
    expect(simultaneous().draws).toBe(1)
  })
})
