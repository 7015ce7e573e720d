import type { Graph } from '../graph.ts'
import { activation } from './activation.ts'
import { bias } from './bias.ts'
import { join } from './join.ts'
import { merge } from './merge.ts'
import { simplify } from './simplify.ts'
import { unfold } from './unfold.ts'
import { uniform } from './uniform.ts'

/** All passes that simplify a graph, in an order in which each finds what the one before laid open. */
export const passes: { readonly [name: string]: (graph: Graph) => Graph } = {
  uniform,
  simplify,
  unfold,
  merge,
  join,
  bias,
  activation,
}

/**
 * The graph after every pass, twice: merging makes new constants meet, folding new nodes equal. Passes named in `without` are left out, to
 * see what they are good for (`scripts/bench-passes.ts`).
 */
export function optimize(
  graph: Graph,
  { without = [] }: { readonly without?: readonly string[] } = {},
): Graph {
  const unknown = without.find(name => !Object.hasOwn(passes, name))
  if (unknown !== undefined)
    throw new Error(`no pass "${unknown}" to leave out; known: ${Object.keys(passes).join(', ')}`)
  const kept = Object.entries(passes).flatMap(([name, pass]) => (without.includes(name) ? [] : [pass]))
  let now = graph
  for (let round = 0; round < 2; round++) for (const pass of kept) now = pass(now)
  return now
}
