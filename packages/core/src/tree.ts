import { Tensor, type TensorContainer, tidy } from '@tensorflow/tfjs-core'

/**
 * A nested record or list of leaves: how every parameter, optimizer state, slot and batch is held.
 * Plain data, so that it can be mapped, saved, compared and compiled without knowing what it means.
 */
export type Tree<L = Tensor> = L | readonly Tree<L>[] | { readonly [k: string]: Tree<L> }

/** A tree of parameters: all leaves are float32 tensors. */
export type Params = Tree

const isBranch = (t: unknown): t is Readonly<Record<string, unknown>> | readonly unknown[] =>
  typeof t === 'object' && t !== null && !(t instanceof Tensor) && !ArrayBuffer.isView(t)

const childPath = (path: string, key: string) => (path === '' ? key : `${path}/${key}`)

/**
 * Applies `f` to corresponding leaves of trees of one structure; the result has the structure of the first.
 * Throws if a later tree lacks a branch that the first has.
 */
export function mapTree<A, R>(f: (a: A, path: string) => R, a: Tree<A>): Tree<R>
export function mapTree<A, B, R>(f: (a: A, b: B, path: string) => R, a: Tree<A>, b: Tree<B>): Tree<R>
export function mapTree<A, B, C, R>(
  f: (a: A, b: B, c: C, path: string) => R,
  a: Tree<A>,
  b: Tree<B>,
  c: Tree<C>,
): Tree<R>
export function mapTree<A, B, C, D, R>(
  f: (a: A, b: B, c: C, d: D, path: string) => R,
  a: Tree<A>,
  b: Tree<B>,
  c: Tree<C>,
  d: Tree<D>,
): Tree<R>
export function mapTree(f: (...args: never[]) => unknown, ...trees: unknown[]): unknown {
  const walk = (nodes: unknown[], path: string): unknown => {
    const first = nodes[0]
    if (!isBranch(first)) return f(...([...nodes, path] as never[]))
    const keys = Object.keys(first)
    for (const other of nodes.slice(1)) {
      if (!isBranch(other) || Object.keys(other).length !== keys.length || !keys.every(k => k in other))
        throw new Error(
          `trees differ at "${path || '(root)'}": expected the keys [${keys}], got ${isBranch(other) ? `[${Object.keys(other)}]` : 'a leaf'}`,
        )
    }
    const child = (k: string) =>
      walk(
        nodes.map(n => (n as Record<string, unknown>)[k]),
        childPath(path, k),
      )
    return Array.isArray(first) ? keys.map(child) : Object.fromEntries(keys.map(k => [k, child(k)]))
  }
  return walk(trees, '')
}

/** The leaves with their paths ("generator/0/kernel"), in a fixed order: insertion order, depth first. */
export function entries<L>(tree: Tree<L>): [path: string, leaf: L][] {
  const found: [string, L][] = []
  mapTree((leaf: L, path: string) => void found.push([path, leaf]), tree)
  return found
}

/** The leaves in the order of `entries`. */
export const leaves = <L>(tree: Tree<L>): L[] => entries(tree).map(([, leaf]) => leaf)

/** A tree of the structure of `like` whose leaves are taken in order from `list`. Throws if the counts differ. */
export function fromLeaves<T extends Tree<unknown>, L>(like: T, list: readonly L[]): Tree<L> {
  let i = 0
  const tree = mapTree(() => list[i++] as L, like as Tree<unknown>)
  if (i !== list.length) throw new Error(`tree has ${i} leaves, got ${list.length} values for them`)
  return tree
}

/** Number of scalars in all leaves. */
export const countParameters = (params: Params): number =>
  leaves(params).reduce((sum, leaf) => sum + leaf.size, 0)

/** Disposes every leaf of `old` that is not, as the same tensor, a leaf of `kept`. */
export function release(old: Tree, kept: Tree = []): void {
  const ids = new Set(leaves(kept).map(t => t.id))
  for (const leaf of leaves(old)) if (!ids.has(leaf.id) && !leaf.isDisposed) leaf.dispose()
}

/** tfjs's `tidy` for results of any plain type: disposes every tensor made inside that the result does not hold. */
export const scoped = <T>(f: () => T): T => tidy(f as () => TensorContainer) as T
