import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What a column's process is asked to train. */
export interface Task {
  readonly model: string
  readonly batch: number
  readonly threads: number
}

/** A column of the tables: how its process is started. */
export interface Column {
  readonly name: string
  /** Program and arguments. */
  command(task: Task): readonly [string, ...string[]]
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const python = () => {
  const given = process.env.EQUILIBRIA_PYTHON
  if (given && !existsSync(given))
    throw new Error(`EQUILIBRIA_PYTHON is "${given}", and there is no such file; name a Python with PyTorch`)
  return given ?? 'python3'
}

const taskArguments = ({ model, batch, threads }: Task) => [
  ...['--model', model],
  ...['--batch', `${batch}`],
  ...['--threads', `${threads}`],
]

/** Settings of PyTorch, and its devices, by name of the column. */
const settings: ReadonlyMap<string, readonly [setting: string, device: string]> = new Map([
  ['torch', ['eager', 'cpu']],
  ['torch-tuned', ['tuned', 'cpu']],
  ['torch-compiled', ['compiled', 'cpu']],
  ['torch-cuda', ['eager', 'cuda']],
  ['torch-cuda-tuned', ['tuned', 'cuda']],
  ['torch-cuda-compiled', ['compiled', 'cuda']],
])

/** PyTorch's eager columns, the best of which all others are compared with. */
export const baselines: readonly string[] = ['torch', 'torch-tuned', 'torch-cuda', 'torch-cuda-tuned']

const backends = ['cpu', 'wasm', 'tensorflow', 'webgpu', 'cuda']

/**
 * A column by its name: a setting of PyTorch, `tfjs@BACKEND` (a loop without our packages) or `ENGINE@BACKEND` (ours). Throws on
 * other names; whether an engine or backend can be had here is for its process to find out.
 */
export function columnOf(name: string, engines: readonly string[]): Column {
  const torch = settings.get(name)
  if (torch !== undefined)
    return {
      name,
      command: task => [
        python(),
        here('torch/main.py'),
        ...['--setting', torch[0]],
        ...['--device', torch[1]],
        ...taskArguments(task),
      ],
    }
  const [engine = '', backend = ''] = name.split('@')
  const known = ['tfjs', ...engines]
  if (!known.includes(engine) || !backends.includes(backend))
    throw new Error(
      `unknown column "${name}"; known: ${[...settings.keys()].join(', ')}, and ENGINE@BACKEND with an engine of ${known.join(', ')} and a backend of ${backends.join(', ')}`,
    )
  const script = engine === 'tfjs' ? ['tfjs/main.ts'] : ['ours.ts', '--engine', engine]
  return {
    name,
    // The same loader of TypeScript and the same condition as this process runs under.
    command: task => [
      process.execPath,
      ...process.execArgv,
      here(script[0]!),
      ...script.slice(1),
      ...['--backend', backend],
      ...taskArguments(task),
    ],
  }
}
