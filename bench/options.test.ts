import { describe, expect, it } from 'vitest'
import { columnOf } from './columns.ts'
import { modelNames, optionsOf, partNames, usualColumns } from './options.ts'

describe('optionsOf', () => {
  it('takes parts and options', () => {
    expect(optionsOf([])).toMatchObject({
      parts: ['steps'],
      models: modelNames,
      columns: usualColumns,
      batch: 64,
      wait: 0,
      name: 'latest',
    })
    expect(optionsOf(['all']).parts).toEqual(partNames)
    const given =
      'cold memory --models mlp,r3gan --columns torch --rounds 3 --threads 1 --seconds .5 --name a-b'
    expect(optionsOf(given.split(' '))).toEqual({
      parts: ['cold', 'memory'],
      models: ['mlp', 'r3gan'],
      columns: ['torch'],
      batch: 64,
      rounds: 3,
      threads: 1,
      seconds: 0.5,
      patience: 120,
      wait: 0,
      name: 'a-b',
    })
  })

  it.each([
    ['stepz', 'unknown part "stepz"; known: steps, sampling'],
    ['--models mpl', 'unknown model "mpl"; known: mlp, dcgan'],
    ['--rounds 1.5', '--rounds takes a whole number above zero, got "1.5"'],
    ['--seconds 0', '--seconds takes a number above zero, got "0"'],
    ['--threads two', '--threads takes a whole number above zero, got "two"'],
    ['--name ../x', '--name takes letters, digits, - and _, got "../x"'],
    ['--fast', "Unknown option '--fast'"],
  ])('refuses %s', (line, message) => {
    expect(() => optionsOf(line.split(' '))).toThrow(message)
  })
})

describe('columnOf', () => {
  const task = { model: 'mlp', batch: 64, threads: 2 }
  const command = (name: string) => columnOf(name, ['eager', 'onnxruntime-node']).command(task).join(' ')

  it('knows how every usual column is started', () => {
    expect(command('torch-tuned')).toMatch(
      /torch\/main.py --setting tuned --device cpu --model mlp --batch 64 --threads 2$/,
    )
    expect(command('torch-cuda')).toMatch(/torch\/main.py --setting eager --device cuda --model mlp/)
    expect(command('tfjs@wasm')).toMatch(/tfjs\/main.ts --backend wasm --model mlp/)
    expect(command('onnxruntime-node@cpu')).toMatch(/ours.ts --engine onnxruntime-node --backend cpu/)
  })

  it.each(['pytorch', 'eager', 'eager@gpu', 'jit@wasm', 'toString'])('refuses %s', name => {
    expect(() => command(name)).toThrow(`unknown column "${name}"; known: torch, torch-tuned`)
  })
})
