import { div, greater, maximum, type Scalar, scalar, where } from '@tensorflow/tfjs-core'
import { checkCount, checkNumber } from '../check.ts'
import type { Dynamics } from '../dynamics.ts'
import type { Field } from '../field.ts'
import type { Players } from '../game.ts'
import { gameGradient, innerOf, jacobianVector, vectorJacobian } from '../jacobian.ts'
import { moveAll } from '../optimizer.ts'
import { scoped } from '../tree.ts'
import { minus, plus, zerosOf } from './arithmetic.ts'

/** Options of `competitive`. */
export interface CompetitiveOptions {
  /** How far players expect each other to go: the rate of the move in the paper. */
  readonly rate?: number
  /** Iterations of conjugate gradient, always all of them. */
  readonly iterations?: number
}

// Far below any squared length that matters, and above what float32 rounds to zero.
const TINY = 1e-37

/** a / b, and 0 where there is nothing left to divide by. */
const ratio = (a: Scalar, b: Scalar): Scalar =>
  where(greater(b, TINY), div(a, maximum(b, TINY)), scalar(0)) as Scalar

/**
 * u with (I + rate M) u = g, where M holds the blocks of the Jacobian between different players: conjugate gradient on the normal
 * equations (Hestenes and Stiefel 1952), which asks nothing of M. Once the residual is zero it stays where it is.
 */
function solve<P extends Players>(field: Field<P>, at: P, g: P, rate: number, iterations: number): P {
  const times = (v: P) => plus(v, rate, jacobianVector(field, at, v, { mixed: true }))
  const transposed = (v: P) => plus(v, rate, vectorJacobian(field, at, v, { mixed: true }))
  let [u, residual, direction] = [zerosOf(g), g, transposed(g)]
  let size = innerOf(direction, direction)
  for (let i = 1; ; i++) {
    const image = times(direction)
    const far = ratio(size, innerOf(image, image))
    u = plus(u, far, direction)
    if (i === iterations) return u
    residual = minus(residual, plus(zerosOf(image), far, image))
    const slope = transposed(residual)
    const next = innerOf(slope, slope)
    direction = plus(slope, ratio(next, size), direction)
    size = next
  }
}

/**
 * Competitive gradient descent: players move to the Nash equilibrium of the game's bilinear approximation, each with 1 / (2 rate) times the squared
 * length of its move added to its cost. With g the game's gradient and M the blocks of its Jacobian between
 * different players, all move along (I + rate M)^-1 g; for two players that is the paper's update, and for more it is the polymatrix form.
 * The equation is solved without a matrix, by a fixed number of conjugate-gradient iterations on the normal equations, which in a
 * zero-sum game are the paper's own equations for both players, I + rate^2 D D^T and I + rate^2 D^T D. Each iteration costs two products with M. Optimizers see
 * (I + rate M)^-1 g in place of a gradient: with `sgd(rate)` of the same rate it is the paper's method; with Adam its moments are those of the solution.
 * Source: Schaefer and Anandkumar 2019 (arXiv 1905.12103), section 2 and algorithm 1; Ma et al. 2021 (arXiv 2111.08565) for more than two players.
 * Throws on a rate that is not positive, on fewer than one iteration, and on a game of a single player.
 */
export function competitive({ rate = 0.1, iterations = 8 }: CompetitiveOptions = {}): Dynamics {
  checkNumber('competitive: the rate', rate, { positive: true })
  checkCount('competitive: iterations', iterations)
  return {
    draws: 1,
    init: () => ({}),
    check: players => {
      if (players.length < 2)
        throw new Error(
          `competitive: players answer each other, and the game has only "${players[0]}"; use simultaneous()`,
        )
    },
    step: (field, optimizers, moves, state) => {
      const g = gameGradient(field, moves.params)
      const along = scoped(() => solve(field, moves.params, g, rate, iterations))
      return [moveAll(along, optimizers, moves), state]
    },
  }
}
