import type { Spec } from '../plugin.ts'

type Numbers = readonly number[]

/** A zero-sum game of two numbers, in double precision: the field, its Jacobian and both costs. */
export interface Plane {
  readonly players: readonly [string, string]
  field(z: Numbers): number[]
  jacobian(z: Numbers): number[][]
  costs(z: Numbers): number[]
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const softplus = (x: number) => Math.log1p(Math.exp(x))

/** xy: x minimises it, y maximises it. */
export const xyPlane: Plane = {
  players: ['x', 'y'],
  field: ([x, y]) => [y!, -x!],
  jacobian: () => [
    [0, 1],
    [-1, 0],
  ],
  costs: ([x, y]) => [x! * y!, -x! * y!],
}

/** The Dirac-GAN with the minimax loss, (critic, generator). */
export const diracPlane: Plane = {
  players: ['critic', 'generator'],
  field: ([c, g]) => [sigmoid(c! * g!) * g!, -sigmoid(c! * g!) * c!],
  jacobian: ([c, g]) => {
    const s = sigmoid(c! * g!)
    const slope = s * (1 - s)
    return [
      [slope * g! ** 2, s + slope * c! * g!],
      [-s - slope * c! * g!, -slope * c! ** 2],
    ]
  },
  costs: ([c, g]) => [Math.LN2 + softplus(c! * g!), -softplus(c! * g!)],
}

const add = (a: Numbers, s: number, b: Numbers) => a.map((x, i) => x + s * b[i]!)
const times = (m: number[][], v: Numbers) => m.map(row => row.reduce((s, x, j) => s + x * v[j]!, 0))
const transposed = (m: number[][]) => [0, 1].map(j => m.map(row => row[j]!))
const dot = (a: Numbers, b: Numbers) => a.reduce((s, x, i) => s + x * b[i]!, 0)
const only = (z: Numbers, i: number) => z.map((x, j) => (i === j ? x : 0))

/** A dynamics as its paper writes it, with plain gradient moves: from a game and a rate to a function of the point, with memory. */
export interface Reference {
  readonly spec: (players: readonly [string, string]) => Spec
  readonly written: (game: Plane, rate: number) => (z: Numbers) => number[]
}

const turns = (game: Plane, rate: number, z: Numbers) =>
  [0, 1].reduce<Numbers>((p, i) => add(p, -rate, only(game.field(p), i)), z)

/** Every registered dynamics, in double precision and nothing but arithmetic. */
export const references: { readonly [name: string]: Reference } = {
  simultaneous: {
    spec: () => 'simultaneous',
    written: (game, rate) => z => add(z, -rate, game.field(z)),
  },
  alternating: {
    spec: ([, second]) => ({ name: 'alternating', order: { [second]: 3 } }),
    written: (game, rate) => z =>
      [1, 1, 1, 0].reduce<Numbers>((p, i) => add(p, -rate, only(game.field(p), i)), z) as number[],
  },
  extragradient: {
    spec: () => 'extragradient',
    written: (game, rate) => z => add(z, -rate, game.field(add(z, -rate, game.field(z)))),
  },
  pastExtragradient: {
    spec: () => 'pastExtragradient',
    written: (game, rate) => {
      let past = [0, 0]
      return z => {
        past = game.field(add(z, -rate, past))
        return add(z, -rate, past)
      }
    },
  },
  optimistic: {
    spec: () => 'optimistic',
    written: (game, rate) => {
      let past = [0, 0]
      return z => {
        const g = game.field(z)
        const next = add(add(z, -2 * rate, g), rate, past)
        past = g
        return next
      }
    },
  },
  negativeMomentum: {
    spec: () => ({ name: 'negativeMomentum', momentum: -0.4 }),
    written: (game, rate) => {
      let before: Numbers | undefined
      return z => {
        const old = before ?? z
        before = z
        return [0, 1].reduce<Numbers>(
          (p, i) => add(add(p, -rate, only(game.field(p), i)), -0.4, only(add(z, -1, old), i)),
          z,
        ) as number[]
      }
    },
  },
  consensus: {
    spec: () => ({ name: 'consensus', weight: 0.7 }),
    written: (game, rate) => z => {
      const g = game.field(z)
      return add(z, -rate, add(g, 0.7, times(transposed(game.jacobian(z)), g)))
    },
  },
  symplecticAdjustment: {
    spec: () => ({ name: 'symplecticAdjustment', weight: 0.6 }),
    written: (game, rate) => z => {
      const [g, j] = [game.field(z), game.jacobian(z)]
      const slope = times(transposed(j), g)
      const turn = add(slope, -1, times(j, g)).map(x => x / 2)
      const sign = Math.sign((dot(g, slope) * dot(turn, slope)) / 2 + 0.1)
      return add(z, -rate, add(g, 0.6 * sign, turn))
    },
  },
  competitive: {
    spec: () => ({ name: 'competitive', rate: 0.3, iterations: 2 }),
    // The update of the paper, section 2, for numbers, with the rate that players expect of each other apart from the rate of the move.
    written: (game, rate) => z => {
      const [[, a], [b]] = game.jacobian(z) as [[number, number], [number, number]]
      const [g, h] = game.field(z) as [number, number]
      const expected = 0.3
      const determinant = 1 - expected ** 2 * a * b
      return add(z, -rate, [(g - expected * a * h) / determinant, (h - expected * b * g) / determinant])
    },
  },
  unrolled: {
    spec: ([first]) => ({ name: 'unrolled', player: first, steps: 4 }),
    written: (game, rate) => z => {
      let [at, answer] = [z, 0]
      for (let i = 0; i < 4; i++) {
        const [, [a, b]] = game.jacobian(at) as [unknown, [number, number]]
        answer -= rate * (a + b * answer)
        at = add(at, -rate, only(game.field(at), 1))
      }
      // The other's cost is minus this one's.
      const [own, other] = game.field(at) as [number, number]
      return add(z, -rate, [own - other * answer, game.field(z)[1]!])
    },
  },
  lossBalanced: {
    spec: () => ({ name: 'lossBalanced', margin: 1, cap: 3 }),
    written: (game, rate) => z => {
      let at = turns(game, rate, z)
      for (let i = 0; i < 3; i++) {
        const [a, b] = game.costs(at) as [number, number]
        if (Math.abs(a - b) <= 1) break
        at = add(at, -rate, only(game.field(at), a > b ? 0 : 1))
      }
      return [...at]
    },
  },
  twoTimeScale: {
    spec: ([first]) => ({ name: 'twoTimeScale', factors: { [first]: 2.5 } }),
    written: (game, rate) => z => {
      const [a, b] = game.field(z) as [number, number]
      return add(z, -rate, [2.5 * a, b])
    },
  },
  lookahead: {
    spec: () => ({ name: 'lookahead', k: 4, alpha: 0.3 }),
    written: (game, rate) => {
      let [kept, count]: [Numbers | undefined, number] = [undefined, 0]
      return z => {
        kept ??= z
        let next = add(z, -rate, game.field(z))
        if (++count % 4 === 0) {
          next = add(kept, 0.3, add(next, -1, kept))
          kept = next
        }
        return next
      }
    },
  },
  fictitiousPlay: {
    spec: () => ({ name: 'fictitiousPlay', pool: 2, every: 3 }),
    written: (game, rate) => {
      let [past, count]: [Numbers[] | undefined, number] = [undefined, 0]
      return z => {
        past ??= [z, z]
        const against = [z, ...past]
        const g = [0, 1].map(
          i =>
            against
              .map(old => game.field(old.map((x, j) => (i === j ? z[j]! : x)))[i]!)
              .reduce((a, b) => a + b) / 3,
        )
        const next = add(z, -rate, g)
        if (++count % 3 === 0) past = [next, past[0]!]
        return next
      }
    },
  },
  bestResponseAveraging: {
    spec: () => ({ name: 'bestResponseAveraging', moves: 3, weight: 0.4 }),
    written: (game, rate) => z =>
      [0, 1].map(i => {
        let answer: Numbers = z
        for (let move = 0; move < 3; move++) answer = add(answer, -rate, only(game.field(answer), i))
        return z[i]! + 0.4 * (answer[i]! - z[i]!)
      }),
  },
}
