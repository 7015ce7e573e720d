import { add, mul, type Scalar, type Tensor, zerosLike } from '@tensorflow/tfjs-core'
import { inner } from './autodiff/differentiate.ts'
import { gradients, gradientsWithAux } from './autodiff/index.ts'
import type { Evaluation, Field } from './field.ts'
import type { Players } from './game.ts'
import { partial } from './partial.ts'
import { fromLeaves, leaves, mapTree, scoped } from './tree.ts'

/** Where a product with the Jacobian is taken, and which of its blocks take part. */
export interface JacobianOptions {
  /** Noise and sub-batch under which the field is seen; 0 if not given. */
  readonly salt?: number
  /** Only the blocks between different players: how each one's gradient turns when the others move. */
  readonly mixed?: boolean
}

type Name<P> = keyof P & string

/** The players of a record, in its order. */
export const namesOf = <P extends Players>(players: P): Name<P>[] => Object.keys(players) as Name<P>[]

/** A record with `f(player)` for each player of `like`. */
export const perPlayer = <P extends Players, V>(like: P, f: (who: Name<P>) => V): { [K in keyof P]: V } =>
  Object.fromEntries(namesOf(like).map(who => [who, f(who)])) as { [K in keyof P]: V }

/** All leaves of the named players, one after the other. */
const leavesOf = (players: Players, names: readonly string[]) =>
  names.flatMap(who => leaves<Tensor>(players[who]!))

/** <a, b> over all players, a scalar. */
export const innerOf = <P extends Players>(a: P, b: P): Scalar =>
  inner(leavesOf(a, namesOf(a)), leavesOf(b, namesOf(a)))

/** The field at one point: every player's gradient of its own cost, all under the same salt. */
export const gameGradient = <P extends Players>(field: Field<P>, at: P, salt?: number): P =>
  perPlayer(at, who => field(who, at, salt).grads) as P

/**
 * J v: how every player's gradient changes when all players move along `v` (of the structure of `at`). J is the Jacobian of the game's
 * gradient: block (i, j) is the derivative of player i's gradient in player j's parameters. No matrix is formed: row block i is the
 * gradient, in player i's parameters, of the derivative of its cost along v (a Hessian is symmetric), so that second derivatives
 * are all it needs, and it costs two evaluations of each cost's gradient.
 */
export const jacobianVector = <P extends Players>(
  field: Field<P>,
  point: P,
  v: P,
  { salt, mixed = false }: JacobianOptions = {},
): P =>
  scoped(() => {
    const at = partial(point)
    return perPlayer(at, who => {
      const columns = namesOf(at).filter(other => !(mixed && other === who))
      if (columns.length === 0) return mapTree((x: Tensor) => zerosLike(x), at[who]!)
      const slope = () =>
        inner(gradients(() => field(who, at, salt).cost, leavesOf(at, columns)).grads, leavesOf(v, columns))
      return fromLeaves(at[who]!, gradients(slope, leaves<Tensor>(at[who]!)).grads)
    }) as unknown as P
  })

/**
 * J^T v: the gradient, in all parameters, of the product of the game's gradient with `v`. Its block j tells how <gradient, v> changes when
 * player j moves. See `jacobianVector` for J.
 */
export const vectorJacobian = <P extends Players>(
  field: Field<P>,
  point: P,
  v: P,
  { salt, mixed = false }: JacobianOptions = {},
): P =>
  scoped(() => {
    const at = partial(point)
    const names = namesOf(at)
    /** What the gradients of `rows`, times v, give to the parameters of `columns`. */
    const block = (rows: readonly Name<P>[], columns: readonly Name<P>[]): Players => {
      const product = () =>
        inner(
          rows.flatMap(who => leaves<Tensor>(field(who, at, salt).grads)),
          leavesOf(v, rows),
        )
      const { grads } = gradients(product, leavesOf(at, columns))
      return fromLeaves(Object.fromEntries(columns.map(who => [who, at[who]!])), grads) as Players
    }
    if (!mixed) return block(names, names) as P
    const zero = mapTree((x: Tensor) => zerosLike(x), at)
    if (names.length === 1) return zero as P
    const others = (who: string) => names.filter(other => other !== who)
    return names
      .map(who => block([who], others(who)))
      .reduce<Players>(
        (total, part) =>
          perPlayer(total, who =>
            part[who] === undefined
              ? total[who]!
              : mapTree((x: Tensor, y: Tensor) => add(x, y), total[who]!, part[who]),
          ),
        zero as Players,
      ) as P
  })

/** What `hamiltonian` gives. */
export interface Hamiltonian<P extends Players> {
  /** 1/2 |g|^2, a scalar. */
  readonly value: Scalar
  /** g, the game's gradient. */
  readonly gradient: P
  /** J^T g: the gradient of the value in all parameters. */
  readonly slope: P
}

/**
 * The Hamiltonian of a game at a point: half the squared length of its gradient g, with g and with its own slope J^T g, in one
 * pass. Source: Balduzzi et al. 2018 (arXiv 1802.05642), section 2; Mescheder et al. 2017 (arXiv 1705.10461), section 4, call it L.
 */
export const hamiltonian = <P extends Players>(field: Field<P>, point: P, salt?: number): Hamiltonian<P> => {
  const at = partial(point)
  const names = namesOf(at)
  const { value, grads, aux } = gradientsWithAux(
    () => {
      const seen = perPlayer(at, who => field(who, at, salt)) as { [K in keyof P]: Evaluation<P[K]> }
      const gradient = perPlayer(at, who => seen[who].grads) as unknown as P
      // The evaluations go along, so that what the costs noticed is still there after the step.
      return { value: mul(0.5, innerOf(gradient, gradient)), aux: { seen, gradient } }
    },
    leavesOf(at, names),
  )
  return { value, gradient: aux.gradient, slope: fromLeaves(at, grads) as unknown as P }
}
