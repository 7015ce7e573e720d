import { at, type Context, checkNetwork, fold, type Network, normal, type Schedule } from '@equilibria/core'
import { add, mul, type Tensor } from '@tensorflow/tfjs-core'

/**
 * A critic that sees its rows, of data and fakes alike, through Gaussian noise of a standard deviation that may fade with the steps:
 * `instanceNoise(linear(0.1, 0, 20000), critic)`. Distributions that do not overlap then do, so that the critic is never sure of itself.
 * Noise is keyed, new at each evaluation; `sample` mode has none.
 * Source: Sonderby et al. 2017 (arXiv 1610.04490), on instance noise; Arjovsky and Bottou 2017 (arXiv 1701.04862), section 3.
 * Throws on a deviation below 0, and where it fades but the context says no step.
 */
export function instanceNoise(deviation: Schedule, critic: Network): Network {
  checkNetwork('instanceNoise', critic)
  if (typeof deviation === 'number' && !(deviation >= 0 && Number.isFinite(deviation)))
    throw new Error(
      `instanceNoise: expected the deviation to be a number >= 0 or a schedule, got ${deviation}; .1 is usual for rows in [-1, 1]`,
    )
  const strength = ({ clock }: Context) => {
    if (typeof deviation === 'number') return deviation
    if (clock) return at(deviation, clock.step)
    throw new Error(
      'instanceNoise: the deviation changes with the step, but the context has no clock; train in a game, or give a number',
    )
  }
  const seen = (x: Tensor, context: Context) =>
    context.mode === 'sample'
      ? x
      : add(x, mul(strength(context), normal(fold(context.key, 'instanceNoise'), x.shape)))
  const { features } = critic
  return {
    ...critic,
    apply: (params, x, context) => critic.apply(params, seen(x, context), context),
    ...(features && { features: (params, x, context) => features(params, seen(x, context), context) }),
  }
}
