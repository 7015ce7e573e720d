import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { cli } from './program.ts'

/** What a command did. */
export interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** A folder of its own in which commands are run, and files are put. */
export function workplace() {
  const cwd = mkdtempSync(join(tmpdir(), 'equilibria-'))
  return {
    cwd,
    path: (name: string) => join(cwd, name),
    put(name: string, content: string | Uint8Array | object): string {
      const path = join(cwd, name)
      mkdirSync(dirname(path), { recursive: true })
      const bytes = typeof content === 'string' || content instanceof Uint8Array
      writeFileSync(path, bytes ? content : JSON.stringify(content))
      return name
    },
    async run(args: readonly string[], { signal = new AbortController().signal } = {}): Promise<Outcome> {
      let out = ''
      let err = ''
      const code = await cli(args, {
        out: text => {
          out += text
        },
        err: text => {
          err += text
        },
        cwd,
        env: {},
        terminal: false,
        signal,
      })
      return { code, out, err }
    },
    remove: () => rmSync(cwd, { recursive: true, force: true }),
  }
}

/** A recipe that trains in no time; fields can be replaced, and removed with undefined. */
export const tinyRecipe = (changes: object = {}) =>
  JSON.parse(
    JSON.stringify({
      recipe: 1,
      data: { name: 'ring', size: 64 },
      game: {
        name: 'gan',
        generator: { name: 'mlp.generator', dimensions: 2, hidden: [4] },
        critic: { name: 'mlp.critic', hidden: [4] },
        latent: { name: 'gaussian', dimensions: 2 },
        loss: 'nonSaturating',
      },
      steps: 3,
      batch: 4,
      ...changes,
    }),
  )
