import { parseArgs } from 'node:util'

/** What can be trained. */
export const modelNames = ['mlp', 'dcgan', 'resnet', 'r3gan'] as const
export type ModelName = (typeof modelNames)[number]

/** What can be measured. */
export const partNames = ['steps', 'sampling', 'batches', 'cold', 'memory'] as const
export type PartName = (typeof partNames)[number]

/** Columns that are taken unless others are named. */
export const usualColumns: readonly string[] = [
  'torch',
  'torch-tuned',
  'torch-compiled',
  'onnxruntime-node@wasm',
  'onnxruntime-web@wasm',
  'eager@wasm',
  'eager@tensorflow',
  'eager@cpu',
  'tfjs@wasm',
  'tfjs@tensorflow',
  'tfjs@cpu',
]

/** What a run of the bench was asked for. */
export interface Options {
  readonly parts: readonly PartName[]
  readonly models: readonly ModelName[]
  readonly columns: readonly string[]
  /** Rows of a training step, where a part does not say itself. */
  readonly batch: number
  readonly rounds: number
  readonly threads: number
  /** Seconds of work that a column does in a round. */
  readonly seconds: number
  /** Seconds that a column has for its first step. */
  readonly patience: number
  /** Seconds that a turn waits, at most, for other programs to be quiet. */
  readonly wait: number
  /** The report is kept as docs/benchmarks/<name>.md and .json. */
  readonly name: string
}

export const usage = `npm run bench -- [part ...] [options]

Parts: ${partNames.join(', ')}, or all of them: all (default steps)
  --models a,b      of ${modelNames.join(', ')} (default all)
  --columns a,b     torch, torch-tuned, torch-compiled, torch-cuda, ..., tfjs@BACKEND, ENGINE@BACKEND
                    (default ${usualColumns.join(',')})
  --batch n         rows of a training step (default 64)
  --rounds n        rounds, in each of which every column has its turn (default 7)
  --threads n       threads for everyone (default 2)
  --seconds s       work of a column in a round (default 1)
  --patience s      time a column has for its first step (default 120)
  --wait s          wait so long, at most, before a turn for other programs to be quiet (default 0)
  --name name       the report is kept as docs/benchmarks/<name>.md and .json (default latest, which git ignores)
`

/** Throws, in words, on what is none of `known`. */
export function chosen<T extends string>(
  what: string,
  given: readonly string[],
  known: readonly T[],
): readonly T[] {
  for (const each of given)
    if (!(known as readonly string[]).includes(each))
      throw new Error(`unknown ${what} "${each}"; known: ${known.join(', ')}`)
  return given as readonly T[]
}

/** A number of the command line, above zero. Throws, in words, on others. */
export function positive(option: string, given: string, whole: boolean): number {
  const n = Number(given)
  if (!(n > 0 && Number.isFinite(n) && (!whole || Number.isInteger(n))))
    throw new Error(`--${option} takes a ${whole ? 'whole ' : ''}number above zero, got "${given}"`)
  return n
}

/** The names in a list with commas. */
export const list = (given: string) => given.split(',').filter(each => each !== '')

/** The command line as options. Throws on what it does not know, in words. */
export function optionsOf(argv: readonly string[]): Options {
  const text = (value: string) => ({ type: 'string' as const, default: value })
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      models: text(modelNames.join()),
      columns: text(usualColumns.join()),
      batch: text('64'),
      rounds: text('7'),
      threads: text('2'),
      seconds: text('1'),
      patience: text('120'),
      wait: text('0'),
      name: text('latest'),
    },
  })
  const { name } = values
  const asked = positionals.length > 0 ? positionals : ['steps']
  if (!/^[\w-]+$/.test(name)) throw new Error(`--name takes letters, digits, - and _, got "${name}"`)
  return {
    parts: asked.includes('all') ? partNames : chosen('part', asked, partNames),
    models: chosen('model', list(values.models), modelNames),
    columns: list(values.columns),
    batch: positive('batch', values.batch, true),
    rounds: positive('rounds', values.rounds, true),
    threads: positive('threads', values.threads, true),
    seconds: positive('seconds', values.seconds, false),
    patience: positive('patience', values.patience, false),
    wait: values.wait === '0' ? 0 : positive('wait', values.wait, false),
    name,
  }
}
