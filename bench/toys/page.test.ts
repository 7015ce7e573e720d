import { expect, test } from 'vitest'
import { pageOf } from './page.ts'
import { forms } from './protocol.ts'
import { resultOf } from './toys.fixture.ts'

test('a page has means, every seed, the perfect sampler, the published rows and the verdict', () => {
  const page = pageOf('Toys', forms.quick, [
    resultOf({ seed: 1, modes: 7, highQuality: 0.91, reverseKl: 0.03 }),
    resultOf(),
    resultOf({ recipe: 'gan', modes: 3, highQuality: 0.5, reverseKl: 0.9 }),
  ])
  for (const line of [
    '| default | 7.5 ± 0.5 | 93.0 ± 2.0 % | 0.020 ± 0.010 | 20,000 | 2 |',
    '| gan | 3.0 | 50.0 % | 0.900 | 20,000 | 1 |',
    '| a perfect sampler | 8 | 98.89 % | 0.0014 |  |  |',
    '| PacGAN2, as published | 7.9 ± 0.1 | 95.6 % | 0.07 | 400,000 | 10 |',
    '| default | 0 | 8 / 8 | 95.0 % | 0.0100 | 10.0 | 2026-01-02 |',
    '| default | 1 | 7 / 8 | 91.0 % | 0.0300 | 10.0 | 2026-01-02 |',
    '- ring: 1 of the 2 seeds run (of 5) have all 8 modes, at least 90 % high quality and a reverse KL below 0.07.',
    '- a processor, 2 cores, 4 GB, a system, Node v20; eager',
  ])
    expect(page.split('\n')).toContain(line)
  // Nothing was run on the grid.
  expect(page).not.toContain('## grid')
  expect(page).toMatch(/every sample counts for its nearest mode/)
})

test('engines that differ in the plan they ran alone are told once', () => {
  const engines = [
    'cpu, 1 thread, plan 839fff',
    'cpu, 1 thread, plan cef6de',
    'cpu, 1 thread',
    'cpu, 2 threads',
  ]
  const page = pageOf(
    'Toys',
    forms.quick,
    engines.map((engine, seed) => resultOf({ seed, engine: `compiled: onnxruntime-node 1.30.0 ${engine}` })),
  )
  const [, where] = page.split('## Where\n')
  expect(where!.trim().split('\n')).toEqual([
    '- a processor, 2 cores, 4 GB, a system, Node v20; compiled: onnxruntime-node 1.30.0 cpu, 1 thread',
    '- a processor, 2 cores, 4 GB, a system, Node v20; compiled: onnxruntime-node 1.30.0 cpu, 2 threads',
  ])
})
