import type { Players } from './game.ts'
import type { Params, Tree } from './tree.ts'

/**
 * How one player turns gradients into a move: a pair of pure functions, composed as values. Wrappers (clipping of gradients,
 * projections of parameters) take an optimizer and give one. The state holds tensors only.
 */
export interface Optimizer<S extends Tree = Tree> {
  init(params: Params): S
  /** New parameters and new state; `grads` has the structure of `params`. */
  update(grads: Params, state: S, params: Params): [params: Params, state: S]
  /**
   * Whether moves have derivatives in gradients, state and parameters, whatever those are: sgd's have, Adam's have not where a gradient is
   * 0 (a root) unless it is told to. Dynamics that look through moves ask for it.
   */
  readonly differentiable?: boolean
  /** It keeps the slope of a network bounded (clipped weights), as some losses need it of their critic. */
  readonly lipschitz?: boolean
  /**
   * The nearest parameters allowed, where moves end in a set of them (clipped weights). Dynamics that move elsewhere than the optimizer did
   * put parameters back by it (`allowed`).
   */
  project?(params: Params): Params
}

/** Parameters as an optimizer allows them: themselves, unless it projects. */
export const allowed = (optimizer: Optimizer, params: Params): Params =>
  optimizer.project ? optimizer.project(params) : params

/** Whether a value is an optimizer. */
export const isOptimizer = (o: unknown): o is Optimizer =>
  typeof o === 'object' && o !== null && typeof (o as Optimizer).update === 'function'

/** Throws unless a wrapper is given an optimizer to wrap. */
export function expectOptimizer(wrapper: string, optimizer: Optimizer): void {
  if (isOptimizer(optimizer)) return
  throw new Error(
    `${wrapper}: needs the optimizer whose moves it is about, such as adam(2e-4), got ${optimizer === undefined ? 'none' : typeof optimizer}`,
  )
}

/** One optimizer for each player. */
export type Optimizers<P extends Players> = { readonly [K in keyof P]: Optimizer }

/** Where the game stands: everyone's parameters and everyone's optimizer state. */
export interface Moves<P extends Players> {
  readonly params: P
  readonly optimizers: { readonly [K in keyof P]: Tree }
}

/** Moves every player along its gradients. */
export const moveAll = <P extends Players>(grads: P, optimizers: Optimizers<P>, moves: Moves<P>): Moves<P> =>
  (Object.keys(moves.params) as (keyof P & string)[]).reduce(
    (m, who) => move(who, grads[who]!, optimizers, m),
    moves,
  )

/** Moves one player along its gradients. */
export function move<P extends Players, K extends keyof P & string>(
  who: K,
  grads: P[K],
  optimizers: Optimizers<P>,
  moves: Moves<P>,
): Moves<P> {
  const [params, state] = optimizers[who].update(grads, moves.optimizers[who], moves.params[who]!)
  return {
    params: { ...moves.params, [who]: params },
    optimizers: { ...moves.optimizers, [who]: state },
  }
}
