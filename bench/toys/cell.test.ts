import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { useBackend } from '@equilibria/backends'
import { type Engine, eager } from '@equilibria/core'
import { makeRegistry } from 'equilibria'
import { afterAll, expect, test } from 'vitest'
import { runCell } from './cell.ts'
import { toyNetworks } from './networks.ts'
import { recipes } from './recipes.ts'

const place = mkdtempSync(join(tmpdir(), 'equilibria-toys-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

/** Runs eagerly, says in `taken` which steps it took, and aborts after `most` of them. */
const watched = (
  taken: number[],
  { most = Infinity, over }: { most?: number; over?: AbortController } = {},
): Engine => ({
  name: eager().name,
  prepare: async (step, first) => {
    const prepared = await eager().prepare(step, first)
    return {
      ...prepared,
      advance: (state, batches) => {
        if (taken.push(state.step) === most) over?.abort()
        return prepared.advance(state, batches)
      },
    }
  },
})

test('a cell that is stopped goes on where it was, and leaves a result and no checkpoints', async () => {
  await useBackend('wasm')
  const cell = { recipe: 'default', data: 'ring', steps: 3, seed: 3 } as const
  const spec = recipes.default.recipe(cell.data, cell.steps)
  const registry = makeRegistry(toyNetworks)
  const never = new AbortController().signal
  const at = (name: string) => ({ registry, engine: eager(), signal: never, runs: join(place, name) })
  const whole = await runCell(cell, spec, at('whole'))
  expect(readdirSync(join(place, 'whole'))).toEqual([])
  const over = new AbortController()
  const [before, after]: [number[], number[]] = [[], []]
  const parts = { ...at('parts'), engine: watched(before, { most: 1, over }), signal: over.signal }
  expect(await runCell(cell, spec, parts)).toBeUndefined()
  expect(before).toEqual([0])
  const [folder] = readdirSync(join(place, 'parts'))
  expect(folder).toMatch(/^ring-default-3-3-[0-9a-f]{8}$/)
  expect(readdirSync(join(place, 'parts', folder!))).toContain('step-00000001')
  const result = await runCell(cell, spec, { ...at('parts'), engine: watched(after) })
  // Training is deterministic: a run that began anew would have the same numbers, but not these steps.
  expect(after).toEqual([1, 2])
  const numbers = ({ modes, highQuality, reverseKl, samples }: NonNullable<typeof whole>) => [
    modes,
    highQuality,
    reverseKl,
    samples,
  ]
  expect(numbers(result!)).toEqual(numbers(whole!))
  expect(result!.samples).toBe(2500)
}, 180_000)
