import { describe, expect, it } from 'vitest'
import { optionsOf } from '../options.ts'
import { needsOf, needsText } from './needs.ts'
import { gpuColumns, gpuOptionsOf } from './options.ts'

describe('gpuOptionsOf', () => {
  it('leaves to the bench what is the bench’s', () => {
    const { software, checkBatch, rest } = gpuOptionsOf(
      'cold --software --models mlp --check-batch 2 --batch 8'.split(' '),
    )
    expect([software, checkBatch]).toEqual([true, 2])
    expect(optionsOf(rest)).toMatchObject({ parts: ['cold'], models: ['mlp'], batch: 8, columns: gpuColumns })
    expect(optionsOf(gpuOptionsOf(['--columns', 'torch']).rest).columns).toEqual(['torch'])
    expect(gpuOptionsOf([])).toMatchObject({ software: false, needs: false, checkBatch: 4 })
  })

  it('asks little of a program that plays a GPU, unless told otherwise', () => {
    const options = (line: string) => optionsOf(gpuOptionsOf(line.split(' ')).rest)
    expect(options('--software')).toMatchObject({ batch: 2, rounds: 1, seconds: 0.2, patience: 600 })
    expect(options('--software --batch=8 --rounds 3')).toMatchObject({ batch: 8, rounds: 3, seconds: 0.2 })
    expect(options('steps')).toMatchObject({ batch: 64, rounds: 7, seconds: 1, patience: 120 })
  })

  it.each(['0', 'x', ''])('refuses to check with %s rows', rows => {
    expect(() => gpuOptionsOf(['--check-batch', rows])).toThrow(
      '--check-batch takes a whole number above zero',
    )
  })
})

describe('needsOf', () => {
  const root = new URL('../..', import.meta.url).pathname

  it('lists what the processes load, and what that loads', () => {
    const { needs, missing } = needsOf(root)
    const paths = needs.map(({ path }) => path)
    for (const path of ['bench', 'packages', 'node_modules/tsx', 'node_modules/esbuild', 'node_modules/long'])
      expect(paths).toContain(path)
    expect(missing.every(name => ['onnxruntime-node', 'webgpu'].includes(name))).toBe(true)
    expect(needsText(root)).toMatch(/tar -czf bench-gpu\.tgz --exclude=/)
  })

  it('says what is missing where nothing is installed', () => {
    expect(needsOf('/nowhere').missing).toContain('webgpu')
  })
})
