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

/** Runs eagerly and aborts after `steps` steps. */
const stopping = (steps: number, over: AbortController): Engine => ({
  name: eager().name,
  prepare: async (step, first) => {
    const prepared = await eager().prepare(step, first)
    let taken = 0
    return {
      ...prepared,
      advance: (...args) => {
        if (++taken === steps) over.abort()
        return prepared.advance(...args)
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
  const parts = { ...at('parts'), engine: stopping(1, over), signal: over.signal }
  expect(await runCell(cell, spec, parts)).toBeUndefined()
  const [folder] = readdirSync(join(place, 'parts'))
  expect(folder).toMatch(/^ring-default-3-3-[0-9a-f]{8}$/)
  expect(readdirSync(join(place, 'parts', folder!))).toContain('step-00000001')
  const result = await runCell(cell, spec, at('parts'))
  const numbers = ({ modes, highQuality, reverseKl, samples }: NonNullable<typeof whole>) => [
    modes,
    highQuality,
    reverseKl,
    samples,
  ]
  expect(numbers(result!)).toEqual(numbers(whole!))
  expect(result!.samples).toBe(2500)
}, 180_000)
