import { add, type Scalar, Tensor } from '@tensorflow/tfjs-core'
import type { Clock } from '../clock.ts'
import type { Costed, Turn } from '../game.ts'
import type { Key } from '../key.ts'
import type { Slot } from '../slot.ts'
import type { Params, Tree } from '../tree.ts'

/**
 * What a cost term of a game with a critic sees. Everything is differentiable, in the parameters of every player: nobody is
 * detached. A game gives what it has: `features`, `generate` and `latents` may be absent.
 */
export interface Scene {
  /**
   * One number for each of rows shaped like the data (with losses of vectors, their witness); differentiable in its input and in the
   * critic's parameters.
   */
  readonly critic: (x: Tensor) => Tensor
  /** The critic's hidden activations of such rows, from input to output; absent where its network offers none. */
  readonly features?: ((x: Tensor) => readonly Tensor[]) | undefined
  readonly real: Tensor
  readonly fake: Tensor
  /** The critic's outputs for `real` and for `fake` as the loss sees them (the same dropout masks), computed once. */
  readonly onReal: () => Tensor
  readonly onFake: () => Tensor
  /** What `fake` was generated from [n, dimensions]. */
  readonly latents?: Tensor | undefined
  /** Those latents as they were drawn, before the latents' `refine` moved them. */
  readonly drawn?: Tensor | undefined
  /** Rows generated from latents [n, dimensions], with the labels and the noise of `fake`: `generate(latents)` is `fake`. */
  readonly generate?: ((z: Tensor) => Tensor) | undefined
  readonly labels?: Tensor | undefined
  /** Parameters of the player on whose cost the term is. */
  readonly own: Params
  /** What the term's own slot holds. */
  readonly slot?: Tree | undefined
  readonly key: Key
  readonly clock: Clock
}

/** The parts of a scene that not every game has. */
export type Offer = 'features' | 'latents' | 'generate'

/**
 * A regularizer: a scalar added to a player's cost. A plain function of the scene is one. It may say what it `needs` of the
 * game, and carry state from step to step in a `slot`, which it sees as `scene.slot`; the `aux` that it returns beside its
 * cost is what that slot is shown as `now.own`.
 */
export interface Regularizer {
  (scene: Scene): Scalar | Pick<Costed, 'cost' | 'aux'>
  readonly needs?: readonly Offer[]
  readonly slot?: Slot
  /** The range of the critic's outputs in which value and gradients are finite in float32; absent: [-1e4, 1e4]. */
  readonly range?: readonly [low: number, high: number]
  /** It keeps the critic's slope bounded, as some losses need it. */
  readonly lipschitz?: boolean
}

/** Regularizers by the name under which their value is logged. */
export type Regularizers = { readonly [name: string]: Regularizer }

/**
 * Marks a function that makes regularizers, so that a game can tell it from one: `criticTerms: { r1 }`, where `{ r1: r1(1) }` was meant, is
 * then refused when the game is made. `name` is what the message calls it. Gives the function.
 */
export const termMaker = <Make extends (...options: never[]) => Regularizer>(
  name: string,
  make: Make,
): Make => Object.assign(make, { makesTerms: name })

/** Throws, beginning with `what`, unless `term` is a function, and not one that is known to make terms. */
export function expectTerm(what: string, term: unknown): void {
  if (typeof term !== 'function')
    throw new Error(`${what}: expected a function of a scene, such as r1(1), got ${typeof term}`)
  const { makesTerms: maker } = term as { readonly makesTerms?: string }
  if (maker !== undefined)
    throw new Error(
      `${what}: got ${maker}, which makes terms, instead of a term: call it, as in ${maker}(...)`,
    )
}

/** A regularizer's value in full. Throws, beginning with `what`, if that is no cost. */
export function costedBy(term: Regularizer, scene: Scene, what = 'the term'): Pick<Costed, 'cost' | 'aux'> {
  const value: ReturnType<Regularizer> | undefined = term(scene)
  if (value instanceof Tensor) return { cost: value }
  if (value?.cost instanceof Tensor) return value
  throw new Error(
    typeof value === 'function'
      ? `${what} gave a function, as what makes terms does: call it, as in ${term.name || 'term'}(...)`
      : `${what} gave ${value === null ? 'null' : typeof value}: expected a scalar, or { cost, aux } with a scalar cost`,
  )
}

/** The regularizers of one player, ready for its cost. */
export interface Terms {
  /** Slots of those that carry state, by name: the player's `slots`. */
  readonly slots: { readonly [name: string]: Slot }
  /** `costed` with every regularizer's value added to its cost and, by name, to its statistics. */
  add<B>(costed: Costed, scene: Scene, turn: Turn<B>): Costed
}

/**
 * Makes a player's regularizers ready. `offers` is what scenes of this game hold besides the rest. Throws on terms that are no record, and if a
 * regularizer is no function, or one that makes terms, has a name that is taken or needs what the game does not offer.
 */
export function termsOf(player: string, terms: Regularizers = {}, offers: readonly Offer[] = []): Terms {
  if (typeof terms !== 'object')
    throw new Error(
      `${player}'s terms: expected a record of terms by name, such as { r1: r1(1) }, got ${typeof terms}`,
    )
  for (const [name, term] of Object.entries(terms)) {
    expectTerm(`${player}'s term "${name}"`, term)
    if (reserved.includes(name))
      throw new Error(
        `${player}'s term "${name}": this is what the game logs or carries by that name: give the term another`,
      )
    const missing = term.needs?.find(need => !offers.includes(need))
    if (missing !== undefined) throw new Error(`${player}'s term "${name}" needs ${remedies[missing]}`)
  }
  return {
    slots: Object.fromEntries(
      Object.entries(terms).flatMap(([name, { slot }]) => (slot ? [[name, slot]] : [])),
    ),
    add: ({ cost, stats, aux }, scene, turn) => {
      const values = Object.entries(terms).map(([name, term]) => {
        const slot = turn.slots[`${player}/${name}`]
        if (term.slot && slot === undefined)
          throw new Error(
            `${player}'s term "${name}" carries state, but the turn has no slot "${player}/${name}"; makeStep puts it there`,
          )
        return [name, costedBy(term, { ...scene, slot }, `${player}'s term "${name}"`)] as const
      })
      return {
        cost: values.reduce<Scalar>((sum, [, value]) => add(sum, value.cost), cost),
        stats: { ...stats, ...Object.fromEntries(values.map(([name, value]) => [name, value.cost])) },
        aux: {
          ...aux,
          ...Object.fromEntries(values.flatMap(([name, value]) => (value.aux ? [[name, value.aux]] : []))),
        },
      }
    },
  }
}

const reserved = ['cost', 'loss', 'real', 'fake', 'pool']

const remedies: Record<Offer, string> = {
  features:
    "the critic's features, but its network has no `features`: make it with sequential([...]), or give it features(params, x, context) => [activations, ...]",
  latents: 'latents, which this game does not have (of the fakes of a pool it has none)',
  generate: 'a generator of latents, which this game does not have (of the fakes of a pool it has none)',
}
