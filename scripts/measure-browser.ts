// Steps a second in workers of a page in Chromium, isolated from other origins so that there are threads: the two games of
// examples/browser, eager and compiled, with one thread and with a thread for each processor. They take turns; medians of the turns.
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { site } from '../test/chromium.fixture.ts'
import type { Runner } from './measure-browser/worker.ts'

const TURNS = 7
const SECONDS = 1

const pages = await site(join(import.meta.dirname, 'measure-browser'), ['--disable-gpu'], {
  headers: {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
  },
})
const page = await pages.open()
page.setDefaultTimeout(120_000)
await page.waitForFunction(() => 'turn' in globalThis)
type Functions = {
  start(name: string, runner: Runner): Promise<string>
  turn(name: string, steps: number): Promise<number>
}
const start = (name: string, runner: Runner) =>
  page.evaluate(([name, runner]) => (globalThis as unknown as Functions).start(name, runner), [
    name,
    runner,
  ] as const)
const turn = (name: string, steps: number) =>
  page.evaluate(([name, steps]) => (globalThis as unknown as Functions).turn(name, steps), [
    name,
    steps,
  ] as const)
const processors = await page.evaluate(() => navigator.hardwareConcurrency)
const runners: readonly Omit<Runner, 'game'>[] = [
  {},
  { threads: 1 },
  ...(processors > 2 ? [{ threads: Math.ceil(processors / 2) }] : []),
  ...(processors > 1 ? [{ threads: processors }] : []),
]
const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!

console.log(`${processors} processors, load before ${loadavg()[0]!.toFixed(1)}`)
for (const game of ['ring', 'digits'] as const) {
  const names: string[] = []
  for (const runner of runners) {
    const name = `${game}: ${await start(`${game}: ${names.length}`, { game, ...runner })}`
    names.push(name)
  }
  const steps: number[] = []
  for (const i of names.keys()) {
    await turn(`${game}: ${i}`, 3)
    steps.push(Math.max(2, Math.round((1000 * SECONDS) / (await turn(`${game}: ${i}`, 5)))))
  }
  const times = names.map((): number[] => [])
  for (let t = 0; t < TURNS; t++)
    for (const i of names.keys()) times[i]!.push(await turn(`${game}: ${i}`, steps[i]!))
  for (const [i, name] of names.entries())
    console.log(
      `${name}: ${(1000 / median(times[i]!)).toFixed(1)} steps/s (${(1000 / times[i]!.at(-1)!).toFixed(1)} to ${(1000 / times[i]![0]!).toFixed(1)})`,
    )
}
console.log(`load after ${loadavg()[0]!.toFixed(1)}`)
await pages.close()
