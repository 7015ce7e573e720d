import type { Offer, Option } from '../messages.ts'
import { backendOptions, enter } from './backend.ts'
import { type EngineOption, engines } from './engines.ts'
import { recipeNamed, recipes } from './recipes.ts'
import type { Storage } from './storage.ts'

const optionOf = async ({ name, about, missing }: EngineOption): Promise<Option> => {
  const unavailable = await missing?.()
  return { name, about, ...(unavailable && { unavailable }) }
}

/** The option of a name if it can be chosen. */
const usable = (options: readonly Option[], name?: string) =>
  options.find(option => option.name === name && !option.unavailable)?.name

/** What there is to choose from, and what was trained last; the first of everything where nothing was. */
export async function offer({ kept, about, remembered }: Storage): Promise<Offer> {
  const backends = await backendOptions()
  const last = (await remembered()) ?? {}
  const recipe = [...recipes.keys()].find(name => name === last.recipe) ?? [...recipes.keys()][0]!
  const engineOptions = await Promise.all(engines.map(optionOf))
  return {
    recipes: [...recipes].map(([name, { title = name, steps }]) => ({ name, about: title, steps })),
    backends,
    engines: engineOptions,
    storage: { kept, about },
    isolated: self.crossOriginIsolated,
    last: {
      recipe,
      backend: usable(backends, last.backend) ?? (await enter('auto')).backend,
      engine: usable(engineOptions, last.engine) ?? engines[0]!.name,
      seed: last.seed ?? 0,
      steps: last.steps ?? recipeNamed(recipe).steps,
    },
  }
}
