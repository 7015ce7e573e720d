import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as functions from './browser/page.ts'
import { trainRing } from './browser/page.ts'
import { available, type Site, site, softwareGpu, where } from './chromium.fixture.ts'

// The same packages in Chromium: bundled from source, trained on every backend there, compared with Node.

let pages: Site
beforeAll(async () => {
  if (available) pages = await site(join(import.meta.dirname, 'browser'), softwareGpu)
}, 120_000)
afterAll(() => pages?.close())

/** Calls one of the page's functions in a page of its own; anything that goes wrong there fails the call. */
async function call<K extends keyof typeof functions>(
  name: K,
  ...args: Parameters<(typeof functions)[K]>
): Promise<Awaited<ReturnType<(typeof functions)[K]>>> {
  const page: Page = await pages.open()
  const faults: string[] = []
  page.on('pageerror', e => faults.push(String(e)))
  await page.waitForFunction(() => 'page' in globalThis)
  const value = await page.evaluate(
    ([name, args]) =>
      (globalThis as unknown as { page: Record<string, (...args: unknown[]) => unknown> }).page[name]!(
        ...args,
      ),
    [name, args] as const,
  )
  await page.close()
  expect(faults).toEqual([])
  return value as Awaited<ReturnType<(typeof functions)[K]>>
}

const options = { wasmPaths: '/wasm/' }

describe.skipIf(!available)(where, () => {
  it('random numbers are the same bits as in Node', async () => {
    expect((await call('trainRing', 'cpu', 1)).words).toEqual((await trainRing('cpu', 1)).words)
  }, 60_000)

  it.each([
    ['wasm', 10, 'wasm'],
    ['cpu', 3, 'cpu'],
    ['webgpu', 3, 'cpu'],
    ['webgl', 3, 'cpu'],
  ])(
    'training on %s is the same game as in Node',
    async (backend, steps, like) => {
      const there = await call('trainRing', backend, steps, options)
      const here = await trainRing(like, steps)
      expect(there.backend).toBe(backend)
      const numbers = [...there.costs, ...there.sample]
      for (const [i, expected] of [...here.costs, ...here.sample].entries())
        expect(Math.abs(numbers[i]! - expected)).toBeLessThan(5e-5 * Math.max(1, Math.abs(expected)))
    },
    120_000,
  )

  it('50 steps compiled in a worker on WebGPU are those of cpu in Node', async () => {
    // At the recipe's own rate, a hundred times this, the game parts what rounding made different.
    const gentle = { rate: 1e-4 }
    const there = await call('trainRingInWorker', 'cpu', 50, options, { ...gentle, provider: 'webgpu' })
    const here = await trainRing('cpu', 50, {}, gentle)
    expect(there.engine).toMatch(/^compiled: onnxruntime-web [\d.]+ webgpu/)
    console.info(
      `the ring in a worker in Chromium, ${there.engine}: ${there.stepsPerSecond.toFixed(1)} steps/s; ` +
        `eager on cpu in Node: ${here.stepsPerSecond.toFixed(1)} steps/s`,
    )
    const numbers = [...there.costs, ...there.sample]
    const off = (a: number, b: number) => Math.abs(a - b) / Math.max(1, Math.abs(b))
    const wrong = [...here.costs, ...here.sample].map((x, i) => off(numbers[i]!, x)).filter(x => !(x < 1e-3))
    expect(wrong).toEqual([])
  }, 180_000)

  it('auto passes over a GPU that is a program, names it, and takes wasm', async () => {
    const { name, tried } = await call('chosen', options)
    expect(name).toBe('wasm')
    expect(tried).toEqual([
      { name: 'webgpu', ok: false, reason: expect.stringMatching(/swiftshader.*software adapter/i) },
      { name: 'wasm', ok: true },
    ])
  }, 60_000)

  it('a broken WebGPU device is a fault that reads throw, and a new one can be had', async () => {
    const after = [1, 1]
    expect(await call('breakDevices')).toEqual({
      destroyed: { thrown: 'lost', heard: ['lost'], after },
      'a refused command': { thrown: 'uncaptured', heard: ['uncaptured'], after },
      'too large': { thrown: 'out-of-memory', heard: ['out-of-memory'], after },
    })
  }, 60_000)
})
