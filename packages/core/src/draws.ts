import type { Key } from './key.ts'

/** Random numbers drawn during a call, as a recipe: `make` them from the root key folded along `path`. */
export interface Draw {
  readonly path: readonly (string | number)[]
  readonly make: (key: Key) => Float32Array
}

interface Watcher {
  folded(parent: Key, by: string | number, child: Key): void
  drawn(numbers: Float32Array, key: Key, make: (key: Key) => Float32Array): void
  used(key: Key): void
}

let watcher: Watcher | undefined
/** Whether numbers are being made for a draw that is noted. */
let making = false

/** Told by `fold`. */
export const noteFold = (parent: Key, by: string | number, child: Key): Key => {
  watcher?.folded(parent, by, child)
  return child
}

/** Told by `bits`: numbers of a key that nobody notes cannot be made anew for another step. */
export const noteUse = (key: Key): void => {
  if (!making) watcher?.used(key)
}

/** Numbers of a key, noted for whoever watches. */
export const draw = (key: Key, make: (key: Key) => Float32Array): Float32Array => {
  const outer = making
  making = true
  let numbers: Float32Array
  try {
    numbers = make(key)
  } finally {
    making = outer
  }
  watcher?.drawn(numbers, key, make)
  return numbers
}

/**
 * Runs synchronous `f` and watches what random numbers it draws, so that a step can be taken apart once and fed with the
 * numbers of other steps. `drawOf(numbers)` tells how an array that a tensor was made from was drawn: `undefined` if it was not
 * drawn at all. It throws if it was drawn with a key that does not come from `root`. `unnoted` is called where numbers of a key that does
 * come from it are made by `bits`, `uniforms`, `normals` or `integers` and not in a `draw`: what becomes of them is not known.
 */
export function watchDraws<R>(
  root: Key,
  f: (drawOf: (numbers: ArrayLike<number>) => Draw | undefined) => R,
  unnoted: () => void = () => {},
): R {
  const origin = new WeakMap<Key, Draw['path']>([[root, []]])
  const draws = new WeakMap<object, { key: Key; make: Draw['make'] }>()
  const outer = watcher
  watcher = {
    folded: (parent, by, child) => {
      const path = origin.get(parent)
      if (path) origin.set(child, [...path, by])
    },
    drawn: (numbers, key, make) => draws.set(numbers, { key, make }),
    used: key => void (origin.has(key) && unnoted()),
  }
  try {
    return f(numbers => {
      const found = draws.get(numbers)
      if (!found) return undefined
      const path = origin.get(found.key)
      if (!path)
        throw new Error(
          "random numbers were drawn with a key that was not folded from the step's own key: use the key of the turn or of the context",
        )
      return { path, make: found.make }
    })
  } finally {
    watcher = outer
  }
}
