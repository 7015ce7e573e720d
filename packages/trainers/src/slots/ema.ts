import type { Params, Players, Slot, Tree } from '@equilibria/core'
import { checkNumber, checkPlayers, mapTree } from '@equilibria/core'
import {
  add,
  clone,
  div,
  exp,
  minimum,
  mul,
  type Scalar,
  scalar,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core'

/** Options of `ema`. */
export interface EmaOptions {
  /**
   * Lets the average begin fast: after t steps its half-life is at most `rampup * t` steps (.05 in StyleGAN2). Without it the
   * first weights, which are noise, fade with the full half-life.
   */
  readonly rampup?: number
  /** Whose parameters are averaged (default: everyone's). */
  readonly players?: readonly string[]
}

/** What `ema` holds: the averaged parameters of its players, and with a ramp-up the number of steps, a scalar. */
export interface EmaState {
  readonly average: { readonly [player: string]: Params }
  readonly t: Tree
  readonly [k: string]: Tree
}

/**
 * Exponential moving average of parameters: a <- decay a + (1 - decay) p after every step. Samples from averaged weights are
 * better than from any single step's. Source: Yazici et al. 2019 (arXiv 1806.04498), eq. 1; ramp-up as in Karras et al. 2020
 * (arXiv 1912.04958), released code. Throws on a decay outside [0, 1), a ramp-up that is not positive and, when the game is known, on players it
 * lacks.
 */
export function ema(decay = 0.999, { rampup, players }: EmaOptions = {}): Slot<EmaState> {
  if (!(decay >= 0 && decay < 1))
    throw new Error(`ema: decay must lie in [0, 1), got ${decay}; .999 averages over about a thousand steps`)
  if (rampup !== undefined)
    checkNumber('ema: rampup', rampup, { positive: true, hint: 'leave it out for none' })
  const halfLife = Math.LN2 / -Math.log(decay)
  const chosen = (all: Players): [string, Params][] =>
    (players ?? Object.keys(all)).map(name => [name, all[name]!])
  return {
    still: true,
    check: all => checkPlayers('ema', players ?? [], all),
    init: all => ({
      average: Object.fromEntries(
        chosen(all).map(([name, params]) => [name, mapTree(clone, params) as Params]),
      ),
      // The count is a tensor, so that a compiled step need not be rebuilt as it grows.
      t: rampup === undefined ? {} : scalar(0),
    }),
    next: (state, { params }) => {
      const t = rampup === undefined ? {} : (add(state.t as Scalar, 1) as Scalar)
      const share =
        rampup === undefined || decay === 0
          ? 1 - decay
          : sub(1, exp(div(-Math.LN2, minimum(halfLife, mul(t as Scalar, rampup)))))
      const average = Object.fromEntries(
        chosen(params).map(([name, own]) => [
          name,
          mapTree(
            (a: Tensor, p: Tensor) => add(a, mul(sub(p, a), share)),
            state.average[name]!,
            own,
          ) as Params,
        ]),
      )
      return { average, t }
    },
  }
}
