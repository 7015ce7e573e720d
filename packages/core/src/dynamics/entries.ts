import type { Dynamics } from '../dynamics.ts'
import { entry, type Plugin, part, required } from '../plugin.ts'
import { alternating, type Order } from './alternating.ts'
import { type BestResponseOptions, bestResponseAveraging } from './best-response-averaging.ts'
import { type CompetitiveOptions, competitive } from './competitive.ts'
import { consensus } from './consensus.ts'
import { extragradient } from './extragradient.ts'
import { type FictitiousPlayOptions, fictitiousPlay } from './fictitious-play.ts'
import { type LookaheadOptions, lookahead } from './lookahead.ts'
import { type LossBalancedOptions, lossBalanced } from './loss-balanced.ts'
import { negativeMomentum } from './negative-momentum.ts'
import { optimistic } from './optimistic.ts'
import { pastExtragradient } from './past-extragradient.ts'
import { simultaneous } from './simultaneous.ts'
import { type SymplecticOptions, symplecticAdjustment } from './symplectic.ts'
import { type Factors, twoTimeScale } from './two-time-scale.ts'
import { type UnrolledOptions, unrolled } from './unrolled.ts'

/** Core's dynamics, by name. */
export const dynamics = {
  simultaneous,
  alternating: entry(({ order }) => alternating(order), { order: { critic: 1 } }),
  extragradient,
  pastExtragradient,
  optimistic: entry(({ dynamics }) => optimistic(dynamics), { dynamics: part('dynamics', 'simultaneous') }),
  negativeMomentum: entry(({ momentum, dynamics }) => negativeMomentum(momentum, dynamics), {
    momentum: -0.5,
    dynamics: part('dynamics', { name: 'alternating', order: {} }),
  }),
  consensus: entry(({ weight }) => consensus(weight), { weight: 1 }),
  symplecticAdjustment: entry(({ weight, ...o }) => symplecticAdjustment(weight, o), {
    weight: 1,
    align: true,
  }),
  competitive: entry(competitive, { rate: 0.1, iterations: 8 }),
  unrolled: entry(unrolled, { player: 'generator', steps: 5, inner: part('optimizers', null) }),
  lossBalanced: entry(lossBalanced, { margin: 0.1, cap: 5, order: {}, by: 'cost', scales: {} }),
  twoTimeScale: entry(({ factors, dynamics }) => twoTimeScale(factors, dynamics), {
    factors: required,
    dynamics: part('dynamics', 'simultaneous'),
  }),
  lookahead: entry(lookahead, { k: 5, alpha: 0.5, dynamics: part('dynamics', 'simultaneous') }),
  fictitiousPlay: entry(fictitiousPlay, { pool: 4, every: 100 }),
  bestResponseAveraging: entry(bestResponseAveraging, { moves: 5, weight: part('schedules', 0.5) }),
} satisfies Plugin['dynamics']

declare module '../plugin.ts' {
  interface Named {
    'dynamics/simultaneous': () => Dynamics
    'dynamics/alternating': (options: { order: Order }) => Dynamics
    'dynamics/extragradient': () => Dynamics
    'dynamics/pastExtragradient': () => Dynamics
    'dynamics/optimistic': (options: { dynamics: Dynamics }) => Dynamics
    'dynamics/negativeMomentum': (options: { momentum: number; dynamics: Dynamics }) => Dynamics
    'dynamics/consensus': (options: { weight: number }) => Dynamics
    'dynamics/symplecticAdjustment': (options: { weight: number } & SymplecticOptions) => Dynamics
    'dynamics/competitive': (options: CompetitiveOptions) => Dynamics
    'dynamics/unrolled': (options: UnrolledOptions) => Dynamics
    'dynamics/lossBalanced': (options: LossBalancedOptions) => Dynamics
    'dynamics/twoTimeScale': (options: { factors: Factors; dynamics: Dynamics }) => Dynamics
    'dynamics/lookahead': (options: LookaheadOptions) => Dynamics
    'dynamics/fictitiousPlay': (options: FictitiousPlayOptions) => Dynamics
    'dynamics/bestResponseAveraging': (options: BestResponseOptions) => Dynamics
  }
}
