import {
  add,
  cos,
  div,
  exp,
  less,
  maximum,
  minimum,
  mul,
  type Scalar,
  scalar,
  sub,
  where,
} from '@tensorflow/tfjs-core'
import { checkNumber } from '../check.ts'

/**
 * A number that changes with the optimizer's step count `t` (0 at its first update). It is a function of tensors, so that a
 * compiled step need not be rebuilt as t grows.
 */
export type Schedule = number | ((t: Scalar) => Scalar)

/** The schedule's value at `t`. */
export const at = (schedule: Schedule, t: Scalar): Scalar =>
  typeof schedule === 'number' ? scalar(schedule) : schedule(t)

const finite = (name: string, ...values: readonly number[]) => {
  const odd = values.find(value => !Number.isFinite(value))
  if (odd !== undefined) throw new Error(`${name} must be finite numbers, got ${odd}`)
}

/** Throws if a rate that does not change is no number >= 0; 0 holds a player where it is. */
export const expectRate = (optimizer: string, rate: Schedule): void => {
  if (typeof rate === 'function' || (rate >= 0 && Number.isFinite(rate))) return
  throw new Error(`${optimizer}: the rate must be a number >= 0 or a schedule, got ${rate}`)
}

const progress = (t: Scalar, steps: number): Scalar => minimum(div(t, steps), 1) as Scalar

/** From `from` to `to` in a straight line over `steps` updates, then constant. */
export const linear = (from: number, to: number, steps: number): Schedule => {
  finite('linear: from and to', from, to)
  checkNumber('linear: steps', steps, { positive: true })
  return t => add(from, mul(to - from, progress(t, steps)))
}

/** From `from` to `to` along half a cosine over `steps` updates, then constant (Loshchilov and Hutter 2017, eq. 5). */
export const cosine = (from: number, to: number, steps: number): Schedule => {
  finite('cosine: from and to', from, to)
  checkNumber('cosine: steps', steps, { positive: true })
  return t => add(to, mul((from - to) / 2, add(1, cos(mul(Math.PI, progress(t, steps))))))
}

/** `from * rate^t`, never below `floor`. The released 2014 code decays by 1/1.000004 a batch down to 1e-6. */
export const exponential = (from: number, rate: number, floor = 0): Schedule => {
  finite('exponential: from and floor', from, floor)
  checkNumber('exponential: rate', rate, { positive: true })
  // As exp(t log rate): a rate like 1/1.000004 has no faithful float32 value, its logarithm has.
  const log = Math.log(rate)
  return t => maximum(mul(from, exp(mul(log, t))), floor)
}

/** Constant pieces: `values[i]` until `boundaries[i]` updates are done; there is one value more than boundaries, which increase. */
export const piecewise = (boundaries: readonly number[], values: readonly number[]): Schedule => {
  if (values.length !== boundaries.length + 1)
    throw new Error(
      `piecewise: ${boundaries.length} boundaries need ${boundaries.length + 1} values, got ${values.length}`,
    )
  if (boundaries.some((boundary, i) => i > 0 && !(boundary > boundaries[i - 1]!)))
    throw new Error(`piecewise: boundaries must increase, got ${boundaries.join(', ')}`)
  finite('piecewise: values', ...values)
  return t =>
    boundaries.reduceRight<Scalar>(
      (rest, boundary, i) => where(less(t, boundary), scalar(values[i]!), rest) as Scalar,
      scalar(values.at(-1)!),
    )
}

/** `schedule` scaled by a ramp from 0 to 1 over the first `steps` updates; the first update already moves. */
export const warmup = (steps: number, schedule: Schedule): Schedule => {
  checkNumber('warmup: steps', steps, { positive: true })
  return t => mul(at(schedule, t), progress(add(t, 1) as Scalar, steps))
}

/**
 * `schedule` after `steps` updates at the value it begins with. A high rate held for most of a run and let fall at its end (warmup,
 * stable, decay: Hu et al. 2024, MiniCPM, arXiv 2404.06395, section 4) is `hold(17_000, linear(2e-3, 0, 3000))`.
 */
export const hold = (steps: number, schedule: Schedule): Schedule => {
  checkNumber('hold: steps', steps, { positive: true })
  return t => at(schedule, maximum(sub(t, steps), 0) as Scalar)
}
