import { COLORS, grid, line, type Point, plot, rule } from '@equilibria/analysis'
import { gradients, type Loss, scoped } from '@equilibria/core'
import { maximumLikelihood, minimax, nonSaturating } from '@equilibria/losses'
import { type Tensor, tensor1d } from '@tensorflow/tfjs-core'
import { type Figure, number, table } from './figure.ts'

const losses: readonly [name: string, loss: Loss, dash?: string][] = [
  ['minimax', minimax()],
  ['non-saturating', nonSaturating(), '7 3'],
  ['maximum likelihood', maximumLikelihood(), '2 3'],
]

/** The generator's cost at D(G(z)) = d, and its slope in the logit, as the library computes them. */
async function at(loss: Loss, d: number): Promise<{ cost: number; slope: number }> {
  const [cost, slope] = scoped(() => {
    const logit = tensor1d([Math.log(d / (1 - d))])
    const { value, grads } = gradients(() => loss.generator(logit, () => logit), [logit])
    return [value, grads[0]!] as Tensor[]
  })
  const found = { cost: (await cost!.data())[0]!, slope: (await slope!.data())[0]! }
  cost!.dispose()
  slope!.dispose()
  return found
}

const places = Array.from({ length: 197 }, (_, i) => 0.01 + (0.98 * i) / 196)

/** The three costs of a generator. */
export const generatorCosts: Figure = {
  name: 'generator-costs',
  title: 'Three costs for a generator',
  quick: true,
  draw: async () => {
    const found = await Promise.all(
      losses.map(async ([, loss]) => Promise.all(places.map(async d => ({ d, ...(await at(loss, d)) })))),
    )
    const curves = (f: (p: { d: number; cost: number; slope: number }) => Point) =>
      found.map((points, i) =>
        line(points.map(f), {
          color: COLORS[i]!,
          width: 2,
          ...(losses[i]![2] ? { dash: losses[i]![2] } : {}),
        }),
      )
    const legend = losses.map(([name, , dash], i) => ({ name, color: COLORS[i]!, ...(dash ? { dash } : {}) }))
    const x = { domain: [0, 1], label: 'D(G(z)), what the critic says of a sample' } as const
    const size = { width: 400, height: 330 }
    const picture = grid([
      plot({
        ...size,
        title: 'Cost, as V has it',
        x,
        y: { domain: [-8, 5], label: 'J(G), nats' },
        legend,
        marks: [rule({ y: 0 }), ...curves(p => [p.d, p.cost])],
      }),
      plot({
        ...size,
        title: 'Cost, with the factor 1/2',
        x,
        y: { domain: [-8, 5], label: 'J(G) / 2, nats' },
        legend,
        marks: [rule({ y: 0 }), ...curves(p => [p.d, p.cost / 2])],
      }),
      plot({
        ...size,
        title: 'Slope, as V has it',
        x,
        y: { domain: [-5, 0.5], label: 'dJ(G) / d logit' },
        legend,
        marks: [rule({ y: 0 }), ...curves(p => [p.d, p.slope])],
      }),
    ])
    const rows = await Promise.all(
      losses.map(async ([name, loss]) => {
        const half = await at(loss, 0.5)
        const low = await at(loss, 0.01)
        return [name, number(half.cost), number(half.cost / 2), number(low.slope), number(half.slope)]
      }),
    )
    return {
      picture,
      description:
        'Three panels over D(G(z)) from 0 to 1: the minimax, non-saturating and maximum likelihood costs of a generator, the same halved, and their slopes in the logit',
      text: `What a generator pays for a sample that the critic calls real with probability D(G(z)), by \`minimax()\`, \`nonSaturating()\` and \`maximumLikelihood()\`. At the
left, where a bad generator lives, minimax is flat and gives no gradient; at the right maximum likelihood learns from the few best samples alone. The slopes in the critic's
logit are −D, −(1 − D) and −D / (1 − D). Costs here follow the value function V of 2014; the tutorial of 2016 writes its costs with a factor 1/2 and draws this figure (its
figure 16) without.

${table(['cost', 'J(G) at D = 1/2', 'with the factor 1/2', 'slope at D = 0.01', 'slope at D = 1/2'], rows)}

Goodfellow et al. 2014 ([1406.2661](https://arxiv.org/abs/1406.2661)), section 3; Goodfellow 2016 ([1701.00160](https://arxiv.org/abs/1701.00160)), section 3.2 and figure 16.`,
    }
  },
}
