import {
  area,
  COLORS,
  compareDiscriminator,
  cross,
  dots,
  grid,
  jensenShannon,
  levels,
  line,
  type Mark,
  normalDensity,
  note,
  optimalDiscriminator,
  optimalValue,
  type Point,
  plot,
  quadrature,
  rule,
} from '@equilibria/analysis'
import { type Figure, number, table } from './figure.ts'

const p = normalDensity(0, 1)
const [mean, deviation] = [1.5, 0.6]
const q = normalDensity(mean, deviation)
const over = quadrature([-14, 16], { panels: 60 })
const coarse = quadrature([-11, 14], { panels: 25, order: 6 })

const steps = (low: number, high: number, count: number) =>
  Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1))

const thresholds = [-1.5, -1.3, -1.1, -0.9, -0.7, -0.5, -0.3]
const shades = ['#1b4f72', '#2a6f97', '#4a90b8', '#78b1d0', '#a5cde2', '#cde3f0', '#eaf4fa']

/** The critic that is best against one generator, facing another: V along the generator's mean. */
const against = (fixed: number, m: number): number => {
  const best = (x: number) => Math.log(p(x)) - Math.log(normalDensity(fixed, 1)(x))
  const rows = coarse.nodes.map((x, i) => {
    const t = best(x)
    const log = (s: number) => -Math.log1p(Math.exp(-Math.abs(s))) + Math.min(0, s)
    return coarse.weights[i]! * (p(x) * log(t) + normalDensity(m, 1)(x) * log(-t))
  })
  return rows.reduce((a, b) => a + b, 0)
}

/** The best critic for densities on the line, and what it is worth. */
export const optimalCritic: Figure = {
  name: 'optimal-critic',
  title: 'The best discriminator, and the value it gives a generator',
  quick: true,
  draw: async () => {
    const best = optimalDiscriminator(p, q)
    const xs = steps(-4, 4, 161)
    const curve = (f: (x: number) => number): Point[] => xs.map(x => [x, f(x)])
    const densities = plot({
      width: 400,
      height: 330,
      title: 'D* = p / (p + q)',
      x: { domain: [-4, 4], label: 'x' },
      y: { domain: [0, 1.05], label: 'density; probability' },
      legend: [
        { name: 'data p', color: COLORS[0] },
        { name: 'generator q', color: COLORS[1] },
        { name: 'D*', color: COLORS[6] },
      ],
      marks: [
        rule({ y: 0.5 }, { dash: '3 3' }),
        area(curve(p), 0, { color: COLORS[0] }),
        area(curve(q), 0, { color: COLORS[1] }),
        line(curve(p), { color: COLORS[0] }),
        line(curve(q), { color: COLORS[1] }),
        line(curve(best), { color: COLORS[6], width: 2 }),
      ],
    })
    const value = (m: number, s: number) => optimalValue(p, normalDensity(m, s), coarse)
    /** Where, right of the data's mean, the value is `level` at deviation `s`. */
    const place = (level: number, s: number) => {
      let [low, high] = [0, 4]
      for (let i = 0; i < 30; i++) {
        const middle = (low + high) / 2
        if (value(middle, s) < level) low = middle
        else high = middle
      }
      return low
    }
    // At different heights, so that they do not touch.
    const heights = [1, 1.75, 0.95, 1.6, 1.2, 0.75]
    const labels: Mark[] = thresholds.slice(1).map((level, i) =>
      note([place(level, heights[i]!), heights[i]!], level.toFixed(1).replace('-', '−'), {
        anchor: 'middle',
        dy: 4,
        color: level < -0.8 ? '#ffffff' : '#222222',
      }),
    )
    const domain = { x: [-4, 4], y: [0.2, 2.4] } as const
    const surface = plot({
      width: 400,
      height: 330,
      title: 'C(G) = max over D of V, in nats',
      x: { domain: domain.x, label: 'mean of the generator' },
      y: { domain: domain.y, label: 'its standard deviation' },
      marks: [
        levels(value, { domain, thresholds, colors: shades, cells: 48 }),
        ...labels,
        cross([0, 1], { color: '#ffffff' }),
        note([0, 1], '−1.386', { anchor: 'middle', dy: 20, color: '#ffffff' }),
      ],
    })
    const means = steps(-1, 4, 101)
    const fixed = [1, 2]
    const envelope = plot({
      width: 400,
      height: 330,
      title: 'The best critic chases the generator',
      x: { domain: [-1, 4], label: 'mean of the generator (deviation 1)' },
      y: { domain: [-3, 0], label: 'V(D, G), nats' },
      legend: [
        { name: 'C(G)', color: COLORS[6] },
        ...fixed.map((m, i) => ({ name: `D* of mean ${m}, held`, color: COLORS[i]!, dash: '6 3' })),
      ],
      marks: [
        rule({ y: -Math.log(4) }, { dash: '3 3' }),
        note([4, -Math.log(4)], '−log 4', { anchor: 'end', dx: -5, dy: -5 }),
        ...fixed.map((m, i) =>
          line(
            means.map(at => [at, against(m, at)]),
            { color: COLORS[i]!, dash: '6 3' },
          ),
        ),
        line(
          means.map(m => [m, value(m, 1)]),
          { color: COLORS[6], width: 2 },
        ),
        dots(
          fixed.map(m => [m, value(m, 1)]),
          { color: COLORS[6], radius: 3 },
        ),
      ],
    })
    const logit = (x: number) => Math.log(p(x)) - Math.log(q(x))
    const half = await compareDiscriminator(nodes => nodes.map(() => 0), p, q, over)
    const perfect = await compareDiscriminator(nodes => nodes.map(logit), p, q, over)
    const rough = await compareDiscriminator(nodes => nodes.map(x => 0.5 * logit(x)), p, q, over)
    const row = (name: string, r: typeof half) => [name, number(r.value), number(r.gap), number(r.error)]
    return {
      picture: grid([densities, surface, envelope]),
      description:
        'Two normal densities with the best discriminator; contours of the value over mean and deviation of the generator, lowest where it equals the data; the value along the mean with two critics held still, touching it from below',
      text: `Data are N(0, 1). Left: the generator is N(${mean}, ${deviation}²); D* crosses 1/2 where the densities cross. Middle: what the generator pays against the best critic, −log 4 + 2 JSD, by
quadrature; its minimum, −log 4 = ${number(-Math.log(4))}, is at the data (cross). Right: a critic held still touches C(G) where it is the best one and lies below elsewhere; descending it leads the
generator past the data, without end.

With p and q of the left panel, JSD = ${number(jensenShannon(p, q, over))} nats, so the best value is ${number(perfect.optimum)}:

${table(['discriminator', 'V(D, G)', 'below the best by', 'mean error from D*'], [row('D*', perfect), row('half of its logit', rough), row('the constant 1/2', half)])}

Goodfellow et al. 2014 ([1406.2661](https://arxiv.org/abs/1406.2661)), proposition 1 and theorem 1.`,
    }
  },
}
