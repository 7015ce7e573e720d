import {
  clockAt,
  type Field,
  fieldOf,
  type Game,
  type Key,
  key,
  type Players,
  type State,
  type Turn,
} from '@equilibria/core'

/** What players see while a game is looked at: the same data and the same noise, at whatever point. */
export interface Sight<B> {
  readonly batch: B
  readonly key?: Key
  /** Memory, slots and step of a run; a game whose networks remember nothing needs none of them. */
  readonly state?: Pick<State, 'memory' | 'slots' | 'step'>
}

/** The turn that shows `sight`, noise folded with nothing: every call shows the same. */
export const turnOf = <B>({ batch, key: seen = key(0), state }: Sight<B>): Turn<B> => ({
  batch,
  key: seen,
  clock: clockAt(state?.step ?? 0),
  memory: state?.memory ?? {},
  slots: state?.slots ?? {},
})

/**
 * The field of gradients of a game held still: all salts show one batch and one noise, so that it is a plain function of the point, which
 * can be differentiated, drawn and searched. What it finds holds for that batch; take a large one.
 */
export const stillField = <P extends Players, B>(game: Game<P, B>, sight: Sight<B>): Field<P> =>
  fieldOf(game, () => turnOf(sight))
