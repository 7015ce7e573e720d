import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger, Sample } from '../loggers/logger.ts'
import { replaceFile } from './durable.ts'

const FILE = /^step-(\d{8,15})-([a-zA-Z0-9_-]+)\.png$/

/** Writes samples to `dir` as `step-00001000-samples.png`. */
export const samplesLogger = (dir: string): Logger => ({
  async sample({ step, name, png }) {
    const file = `step-${String(step).padStart(8, '0')}-${name}.png`
    if (!FILE.test(file))
      throw new Error(`a sample's name is letters, digits, "-" and "_", got ${JSON.stringify(name)}`)
    await mkdir(dir, { recursive: true })
    await replaceFile(join(dir, file), png)
  },
})

/** The samples in a folder, by step; a folder that is not there has none. */
export async function readSamples(dir: string): Promise<Sample[]> {
  const names = await readdir(dir).catch(() => [])
  const samples = names.sort().flatMap(file => {
    const [, step, name] = FILE.exec(file) ?? []
    return step === undefined || name === undefined ? [] : [{ file, step: Number(step), name }]
  })
  return Promise.all(
    samples.map(async ({ file, ...sample }) => ({ ...sample, png: await readFile(join(dir, file)) })),
  )
}
