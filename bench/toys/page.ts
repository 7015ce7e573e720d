import { perfectHighQuality } from '@equilibria/metrics'
import { markdown, type Table } from '../table.ts'
import { SPAN } from './networks.ts'
import { type DataName, dataNames, type Form, goal, modesOf, protocol, published } from './protocol.ts'
import { type RecipeName, recipeNames, recipes } from './recipes.ts'
import type { Result } from './results.ts'
import { perfect, reached, type Spread, spread } from './summary.ts'

const percent = (share: number, digits = 1) => `${(100 * share).toFixed(digits)} %`

const shown = ({ mean, error }: Spread, digits: number, scale = 1, unit = '') =>
  `${(scale * mean).toFixed(digits)}${error === undefined ? '' : ` ± ${(scale * error).toFixed(digits)}`}${unit}`

const ofRecipe = (results: readonly Result[], data: DataName, recipe: RecipeName) =>
  results.filter(r => r.data === data && r.recipe === recipe).sort((a, b) => a.seed - b.seed)

const steps = (n: number) => n.toLocaleString('en-US')

/** Means over seeds beside what was published. */
function means(results: readonly Result[], data: DataName): Table {
  const best = perfect(data, protocol.samples)
  return {
    title: `${data}: means over seeds`,
    columns: [`modes of ${modesOf[data]}`, 'high quality', 'reverse KL', 'steps', 'runs'],
    rows: [
      ...recipeNames.flatMap(recipe => {
        const own = ofRecipe(results, data, recipe)
        if (own.length === 0) return []
        return [
          [
            recipe,
            [
              shown(spread(own.map(r => r.modes)), 1),
              shown(spread(own.map(r => r.highQuality)), 1, 100, ' %'),
              shown(spread(own.map(r => r.reverseKl)), 3),
              steps(own[0]!.steps),
              String(own.length),
            ],
          ] as const,
        ]
      }),
      [
        'a perfect sampler',
        [String(best.modes), percent(best.highQuality, 2), best.reverseKl.toFixed(4), '', ''],
      ] as const,
      ...published[data].map(
        ({ name, modes, highQuality, reverseKl }) =>
          [
            `${name}, as published`,
            [modes, highQuality, reverseKl, steps(protocol.steps), String(protocol.runs)],
          ] as const,
      ),
    ],
  }
}

/** Every run. */
const seeds = (results: readonly Result[], data: DataName): Table => ({
  title: `${data}: every seed`,
  columns: ['seed', 'modes', 'high quality', 'reverse KL', 'minutes', 'date'],
  rows: recipeNames.flatMap(recipe =>
    ofRecipe(results, data, recipe).map(
      r =>
        [
          recipe,
          [
            String(r.seed),
            `${r.modes} / ${modesOf[data]}`,
            percent(r.highQuality),
            r.reverseKl.toFixed(4),
            (r.seconds / 60).toFixed(1),
            r.date.slice(0, 10),
          ],
        ] as const,
    ),
  ),
})

/** How many of the default recipe's runs reached the goal. */
function verdicts(results: readonly Result[], form: Form): string[] {
  return dataNames.map(data => {
    const own = ofRecipe(results, data, 'default')
    const { highQuality, reverseKl } = goal[data]
    const wanted = `all ${modesOf[data]} modes, at least ${percent(highQuality, 0)} high quality and a reverse KL below ${reverseKl}`
    return `- ${data}: ${own.filter(reached).length} of the ${own.length} seeds run (of ${form.seeds}) have ${wanted}.`
  })
}

// A compiled engine's name ends in the plan it ran, of which every recipe on every data set has one of its own.
const withoutPlan = (engine: string) => engine.replace(/, plan [0-9a-f]+$/, '')

/** The page of one form's results. */
export function pageOf(title: string, form: Form, results: readonly Result[]): string {
  const machines = [
    ...new Set(
      results.map(
        ({ engine, machine: { processor, cores, memory, system, node } }) =>
          `${processor}, ${cores} cores, ${memory}, ${system}, Node ${node}; ${withoutPlan(engine)}`,
      ),
    ),
  ]
  const named = recipeNames.filter(recipe => results.some(r => r.recipe === recipe))
  return [
    `# ${title}`,
    '',
    'Eight Gaussians on a ring (radius 1, deviation 0.01) and 25 on a grid (spacing 2, deviation 0.05), with the networks and data of',
    'Lin et al. 2018 (PacGAN, arXiv 1712.04086): 100,000 training points, batches of 100, latents N(0, I) in the plane, a generator of four layers of 400 units with',
    'batch normalisation and relu, a critic of three layers of 200 maxout units of 5 pieces.',
    `Unlike there, both networks of every recipe see the data in a unit in which its range is [-${SPAN}, ${SPAN}]: nearly the grid's own, and on the ring about a quarter of its own; and`,
    'samples are made with standing statistics of batch normalisation, each independent of the others in its batch.',
    '',
    `A run is judged by ${steps(protocol.samples)} samples. A sample is of high quality within three deviations of a mode's centre; a mode is found with one such sample;`,
    'for the reverse KL, KL(samples || data) over modes in nats, every sample counts for its nearest mode, of high quality or not. Read the three together: a',
    'smeared circle has all modes and hardly any reverse KL at 3 % high quality. Means are given ± their standard error over seeds.',
    `A perfect sampler has ${percent(perfectHighQuality, 2)} high quality. Published rows were trained for ${steps(protocol.steps)} steps, ten runs each; recipes here for ${steps(form.steps)} steps.`,
    '',
    ...verdicts(results, form),
    '',
    '## Recipes',
    '',
    ...named.map(recipe => `- \`${recipe}\`: ${recipes[recipe].what}.`),
    '',
    ...dataNames.flatMap(data =>
      results.some(r => r.data === data)
        ? [markdown(means(results, data)), markdown(seeds(results, data))]
        : [],
    ),
    '## Where',
    '',
    ...machines.map(each => `- ${each}`),
    '',
  ].join('\n')
}
