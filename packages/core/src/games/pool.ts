import {
  add,
  cast,
  equal,
  greaterEqual,
  matMul,
  maximum,
  minimum,
  mul,
  range,
  reshape,
  type Scalar,
  scalar,
  sub,
  type Tensor,
  tensor1d,
  where,
  zeros,
} from '@tensorflow/tfjs-core'
import { checkCount } from '../check.ts'
import { draw } from '../draws.ts'
import { fold, type Key } from '../key.ts'
import { bernoulli, permuted } from '../random.ts'
import type { Slot } from '../slot.ts'

/** How a pool of past fakes is made. */
export interface PoolOptions {
  /** How many fakes it holds; 50 unless given. */
  readonly size?: number
  /** Shape of one fake, as the critic sees it: the pool is there before the first batch is. */
  readonly shape: readonly number[]
}

/** What a pool holds: fakes [size, ...shape], and how many of them are there, a scalar. */
export type PoolState = { readonly rows: Tensor; readonly stored: Tensor }

/** A pool of past fakes. */
export interface Pool {
  /** Its state takes over what the cost handed out, where it did. */
  readonly slot: Slot<PoolState>
  /** What the critic is shown in place of fakes [n, ...shape], and what the pool holds after that. */
  exchange(state: PoolState, fakes: Tensor, key: Key): { readonly shown: Tensor; readonly next: PoolState }
}

/**
 * A history of fakes, so that a critic does not forget what it has seen through. Until the pool is full it takes in all fakes, and they are
 * shown too. From then on each fake, with probability 1/2, takes the place of one in the pool, drawn evenly, and that is shown instead: so a fake
 * is shown once, now or later. Those of a batch take different places. Fakes of the pool are constants; those shown as they are have
 * derivatives. A critic that moves several times in a step has the pool as it was when the step began each time, and its last exchange
 * stays.
 * Source: Shrivastava et al. 2017 (arXiv 1612.07828), section 2.3; the exchange is that of the released code of Zhu et al. 2017 (CycleGAN, arXiv
 * 1703.10593, section 4).
 * Throws on a size or a shape that are no whole numbers >= 1 and, in a step, on fakes of another shape or more than the pool holds.
 */
export function makePool(who: string, { size = 50, shape }: PoolOptions): Pool {
  checkCount(`${who}'s pool: size`, size)
  if (!Array.isArray(shape) || shape.length === 0)
    throw new Error(
      `${who}'s pool: expected the shape of a fake, such as [28, 28, 1], got ${JSON.stringify(shape)}`,
    )
  for (const side of shape) checkCount(`${who}'s pool: sides of its shape`, side)
  return {
    slot: {
      init: () => ({ rows: zeros([size, ...shape]), stored: scalar(0) }),
      // A step in which the critic did not look leaves the pool as it is.
      next: (state, { own }) => (own as PoolState | undefined) ?? state,
      // What it holds was made before the moves that a dynamics looks through.
      still: true,
    },
    exchange: ({ rows, stored }, fakes, key) => {
      const [n, ...made] = fakes.shape as [number, ...number[]]
      if (made.join() !== shape.join())
        throw new Error(
          `${who}'s pool holds fakes of shape [${shape}], but it is shown [${made}]: give it that shape`,
        )
      if (n > size)
        throw new Error(
          `${who}'s pool holds ${size} fakes, and a batch has ${n}, each of which must find a place: give it a size of at least that`,
        )
      const full = cast(greaterEqual(stored, size), 'float32')
      const inTurn = add(stored, range(0, n, 1, 'float32'))
      const places = where(
        greaterEqual(stored, size),
        tensor1d(
          draw(fold(key, 'place'), k => Float32Array.from({ length: n }, (_, i) => permuted(k, size, i))),
        ),
        sub(inTurn, mul(size, cast(greaterEqual(inTurn, size), 'float32'))),
      )
      // [size, n]: 1 where row i of the batch has its place.
      const at = cast(
        equal(reshape(range(0, size, 1, 'float32'), [size, 1]), reshape(places, [1, n])),
        'float32',
      )
      const exchanged = mul(full, bernoulli(fold(key, 'exchange'), [n, 1], 0.5))
      const taken = maximum(exchanged, sub(1, full))
      const [held, fresh] = [reshape(rows, [size, -1]), reshape(fakes, [n, -1])]
      const shown = add(mul(sub(1, exchanged), fresh), mul(exchanged, matMul(at, held, true)))
      const kept = add(mul(sub(1, matMul(at, taken)), held), matMul(at, mul(taken, fresh)))
      return {
        shown: reshape(shown, fakes.shape),
        next: {
          rows: reshape(kept, rows.shape),
          stored: minimum(add(stored, n), size) as Scalar,
        },
      }
    },
  }
}
