import { clone, mul, scalar, sub, type Tensor, tensor, tensor1d, tensor2d } from '@tensorflow/tfjs-core'
import type { Optimizer } from '../optimizer.ts'
import { fromLeaves, leaves, mapTree, type Params, scoped, type Tree } from '../tree.ts'

/** 1/2 sum of h (p - target)^2 over seven parameters in a tree: a scalar, a vector and a matrix, of curvatures from 0.01 to 4. */
export const start = [2, -1.5, 0.25, 3, -4, 0.5, 1]
const curvature = [1, 0.5, 2, 0.1, 4, 0.01, 1.5]
const target = [0.3, 1, -2, 0, 0.5, 10, 1]

/** The gradient at `p`, in double precision. */
export const gradient = (p: readonly number[]) => p.map((x, i) => curvature[i]! * (x - target[i]!))

const treeOf = (numbers: readonly number[]): Params => ({
  shift: scalar(numbers[0]!),
  layers: [tensor1d(numbers.slice(1, 3)), { kernel: tensor2d(numbers.slice(3), [2, 2]) }],
})

const read = async (tree: Tree) =>
  (await Promise.all(leaves<Tensor>(tree).map(t => t.data()))).flatMap(d => [...d])

/** Every leaf written out to numbers and made anew, as a checkpoint does it. */
async function reloaded<T extends Tree>(tree: T): Promise<T> {
  const list = leaves<Tensor>(tree)
  const data = await Promise.all(list.map(t => t.data()))
  return fromLeaves(
    tree,
    list.map((t, i) => tensor(data[i]!.slice(), t.shape, t.dtype)),
  ) as T
}

/** The parameters after each of `updates` updates of `optimizer` on tfjs; `reload` passes the state through a checkpoint on the way. */
export async function trajectory(optimizer: Optimizer, updates = 20, reload = false): Promise<number[][]> {
  let params = treeOf(start)
  let state = optimizer.init(params)
  const [h, c] = [treeOf(curvature), treeOf(target)]
  const path: number[][] = []
  for (let i = 0; i < updates; i++) {
    const [nextParams, nextState] = scoped(() => {
      const grads = mapTree((p: Tensor, a: Tensor, b: Tensor) => mul(a, sub(p, b)), params, h, c)
      const next = optimizer.update(grads, state, params)
      return mapTree(clone, next as unknown as Tree) as unknown as typeof next
    })
    params = nextParams
    state = reload ? await reloaded(nextState) : nextState
    path.push(await read(params))
  }
  return path
}

/** The same in double precision: `update` gets the gradient, the parameters and the number of updates done, and changes `p`. */
export function reference(update: (p: number[], g: number[], t: number) => void, updates = 20): number[][] {
  const p = [...start]
  return Array.from({ length: updates }, (_, t) => {
    update(p, gradient(p), t)
    return [...p]
  })
}

/** The largest difference between two trajectories. */
export const apart = (a: number[][], b: number[][]) =>
  Math.max(...a.flatMap((row, t) => row.map((x, i) => Math.abs(x - b[t]![i]!))))
