import { type Recipe, ringRecipe } from 'equilibria'

/**
 * Handwritten digits, class by class, by fully connected networks: what a processor in a browser can train while one watches. High rate and batch
 * normalisation because steps are what a watched run lacks.
 */
const digits: Recipe = {
  recipe: 1,
  title: 'MNIST digits by MLPs',
  data: 'mnist',
  game: {
    name: 'gan',
    generator: {
      name: 'mlp.generator',
      dimensions: 64,
      hidden: [256, 512],
      batchNorm: true,
      conditional: true,
    },
    critic: { name: 'mlp.critic', hidden: [512, 256], conditional: true },
    latent: { name: 'gaussian', dimensions: 64 },
    loss: 'nonSaturating',
    criticTerms: { r1: { name: 'every', k: 16, term: { name: 'r1', gamma: 1 } } },
  },
  dynamics: 'alternating',
  optimizer: { name: 'adam', rate: 1e-3, beta1: 0.5 },
  slots: { ema: { name: 'ema', decay: 0.998, players: ['generator'] } },
  evaluate: ['digits'],
  steps: 3000,
  batch: 64,
  every: { log: 16, checkpoint: 500 },
}

/** What the page offers to train, by name. The first is the default. */
export const recipes: ReadonlyMap<string, Recipe> = new Map([
  ['ring', ringRecipe],
  ['digits', digits],
])

/** The recipe of a name. */
export function recipeNamed(name: string): Recipe {
  const found = recipes.get(name)
  if (!found) throw new Error(`unknown recipe "${name}"; known: ${[...recipes.keys()].join(', ')}`)
  return found
}
