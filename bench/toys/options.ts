import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { chosen, list, positive } from '../options.ts'
import { type DataName, dataNames, type FormName, forms } from './protocol.ts'
import { type RecipeName, recipeNames } from './recipes.ts'

/** What a run of the toy benchmark was asked for. */
export interface ToyOptions {
  readonly form: FormName
  readonly steps: number
  readonly seeds: readonly number[]
  readonly recipes: readonly RecipeName[]
  readonly data: readonly DataName[]
  readonly engine: string
  /** How many cells are run at a time, each in a process of its own; 1: all in this one, one after the other. */
  readonly jobs: number
  /** Whether the steps are others than the form's: results and page of a trial are not kept in docs. */
  readonly trial: boolean
  /** Only write the page from the results that are there. */
  readonly pageOnly: boolean
}

export const usage = `npm run bench:toys -- [options]

  --form f          ${Object.entries(forms)
    .map(([name, { steps, seeds }]) => `${name} (${steps} steps, ${seeds} seeds)`)
    .join(' or ')} (default quick)
  --recipes a,b     of ${recipeNames.join(', ')}
                    (default: all in the quick form, ${recipeNames[0]} in the full form)
  --data a,b        of ${dataNames.join(', ')} (default both)
  --seeds n         seeds 0 .. n-1 (default: those of the form)
  --seed k          only seed k
  --jobs n          cells at a time, a thread each (default: one for each processor)
  --steps n         a trial of so many steps: its results stay in bench/toys/runs/trials
  --engine name     what runs the steps (default auto)
  --page            write the page from the results that are there, run nothing

Ctrl-C saves; the same command goes on where it was, also after a crash.
`

function seedOf(given: string): number {
  if (/^\d+$/.test(given)) return Number(given)
  throw new Error(`--seed takes a whole number from 0 on, got "${given}"`)
}

/** The command line as options. Throws on what it does not know, in words. */
export function optionsOf(argv: readonly string[]): ToyOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      form: { type: 'string', default: 'quick' },
      recipes: { type: 'string' },
      data: { type: 'string', default: dataNames.join() },
      seeds: { type: 'string' },
      seed: { type: 'string' },
      jobs: { type: 'string', default: String(availableParallelism()) },
      steps: { type: 'string' },
      engine: { type: 'string', default: 'auto' },
      page: { type: 'boolean', default: false },
    },
  })
  const [form] = chosen('form', [values.form], Object.keys(forms) as FormName[])
  if (values.seed !== undefined && values.seeds !== undefined)
    throw new Error(
      `--seed k is one seed, --seeds n the first n: give one of the two, got --seed ${values.seed} --seeds ${values.seeds}`,
    )
  const { seeds, ...of } = forms[form!]
  const steps = values.steps === undefined ? of.steps : positive('steps', values.steps, true)
  return {
    form: form!,
    steps,
    trial: steps !== of.steps,
    seeds:
      values.seed === undefined
        ? Array.from(
            { length: values.seeds === undefined ? seeds : positive('seeds', values.seeds, true) },
            (_, k) => k,
          )
        : [seedOf(values.seed)],
    jobs: positive('jobs', values.jobs, true),
    recipes:
      values.recipes === undefined
        ? form === 'full'
          ? recipeNames.slice(0, 1)
          : recipeNames
        : chosen('recipe', list(values.recipes), recipeNames),
    data: chosen('data set', list(values.data), dataNames),
    engine: values.engine,
    pageOnly: values.page,
  }
}
