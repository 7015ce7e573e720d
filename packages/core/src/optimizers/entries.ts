import type { Optimizer } from '../optimizer.ts'
import { entry, type Plugin, part, required } from '../plugin.ts'
import { type AdamOptions, adam, adamw } from './adam.ts'
import { clipByGlobalNorm } from './clip-by-global-norm.ts'
import { maxNorm } from './max-norm.ts'
import { type RmspropOptions, rmsprop } from './rmsprop.ts'
import { cosine, exponential, hold, linear, piecewise, type Schedule, warmup } from './schedule.ts'
import { type SgdOptions, sgd } from './sgd.ts'
import { weightClipping } from './weight-clipping.ts'

/** Core's optimizers, by name. */
export const optimizers = {
  sgd: entry(({ rate, ...o }) => sgd(rate, o), {
    rate: part('schedules', 0.1),
    momentum: part('schedules', 0),
    nesterov: false,
  }),
  adam: entry(({ rate, ...o }) => adam(rate, o), {
    rate: part('schedules', 2e-4),
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    differentiable: false,
  }),
  adamw: entry(({ rate, ...o }) => adamw(rate, o), {
    rate: part('schedules', 2e-4),
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    differentiable: false,
    decay: 0.01,
  }),
  rmsprop: entry(({ rate, ...o }) => rmsprop(rate, o), {
    rate: part('schedules', 5e-5),
    decay: 0.9,
    epsilon: 1e-8,
  }),
  clipByGlobalNorm: entry(({ limit, optimizer }) => clipByGlobalNorm(limit, optimizer), {
    limit: 1,
    optimizer: part('optimizers', 'adam'),
  }),
  weightClipping: entry(({ limit, optimizer }) => weightClipping(limit, optimizer), {
    limit: 0.01,
    optimizer: part('optimizers', 'rmsprop'),
  }),
  maxNorm: entry(({ limit, optimizer }) => maxNorm(limit, optimizer), {
    limit: required,
    optimizer: part('optimizers', 'sgd'),
  }),
} satisfies Plugin['optimizers']

/** Core's schedules, by name. */
export const schedules = {
  linear: entry(({ from, to, steps }) => linear(from, to, steps), {
    from: required,
    to: 0,
    steps: required,
  }),
  cosine: entry(({ from, to, steps }) => cosine(from, to, steps), {
    from: required,
    to: 0,
    steps: required,
  }),
  exponential: entry(({ from, rate, floor }) => exponential(from, rate, floor), {
    from: required,
    rate: required,
    floor: 0,
  }),
  piecewise: entry(({ boundaries, values }) => piecewise(boundaries, values), {
    boundaries: required,
    values: required,
  }),
  hold: entry(({ steps, schedule }) => hold(steps, schedule), {
    steps: required,
    schedule: part('schedules'),
  }),
  warmup: entry(({ steps, schedule }) => warmup(steps, schedule), {
    steps: required,
    schedule: part('schedules'),
  }),
} satisfies Plugin['schedules']

declare module '../plugin.ts' {
  interface Named {
    'optimizers/sgd': (options: { rate: Schedule } & SgdOptions) => Optimizer
    'optimizers/adam': (options: { rate: Schedule } & AdamOptions) => Optimizer
    'optimizers/adamw': (options: { rate: Schedule; decay?: number } & AdamOptions) => Optimizer
    'optimizers/rmsprop': (options: { rate: Schedule } & RmspropOptions) => Optimizer
  }
}
