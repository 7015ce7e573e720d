import {
  entries,
  fromLeaves,
  gradients,
  type Matrix,
  type Players,
  release,
  type State,
  type Step,
  scoped,
  type Tree,
  tensorsOf,
} from '@equilibria/core'
import { concat, mul, reshape, sum, type Tensor, tensor1d } from '@tensorflow/tfjs-core'
import { concatenated, numbersOf, treeOf, type Vector } from './vectors.ts'

/** How `updateJacobian` finds derivatives. */
export interface UpdateOptions {
  /**
   * `exact` differentiates through the step, optimizers and dynamics included. `numeric` takes central differences of whole steps and
   * works for any: also for what is not differentiable by the table.
   */
  readonly method?: 'exact' | 'numeric'
  /** Step of the differences. In float32 the error is about 1e-7 / h + h^2. */
  readonly h?: number
}

/** The Jacobian of one step of training. */
export interface UpdateJacobian {
  /** Row i, column j: how the i-th number of the next state changes with the j-th of this one. */
  readonly matrix: Matrix
  /** The paths of the parts of the state that it ranges over, each as often as it has numbers. */
  readonly names: readonly string[]
  /** The largest change that the step makes to any of them: 0 at an equilibrium, without which eigenvalues mean little. */
  readonly moved: number
}

/** What a dynamics carries: parameters, and the memory of optimizers and dynamics. */
const carriedBy = ({ params, optimizers, dynamics }: Pick<State, 'params' | 'optimizers' | 'dynamics'>) =>
  entries<Tensor>({ params, optimizers, dynamics } as Tree).filter(([, t]) => t.dtype === 'float32')

/**
 * The Jacobian of the whole update map of a training step at a state: of parameters, optimizers' states (momentum) and the dynamics'
 * memory (past gradients) after the step in those before it, for one set of sub-batches and one noise. Its eigenvalues tell whether a
 * discrete dynamics at its rate converges (`stepStability`). Counters, single numbers of optimizers or dynamics
 * that go up by a whole number, are held still. Memory of
 * networks and slots are held still too.
 *
 * The state must be at an equilibrium: `{ ...step.init(0), params }`. Adam is not differentiable there: it divides by a
 * running size of the gradient, which is 0.
 *
 * Source: Mescheder et al. 2018 (arXiv 1801.04406), section 2.1.
 * Throws where a derivative is not finite.
 */
export async function updateJacobian<P extends Players, B>(
  step: Step<P, B>,
  state: State<P>,
  batches: readonly B[],
  { method = 'exact', h = 2 ** -7 }: UpdateOptions = {},
): Promise<UpdateJacobian> {
  const all = carriedBy(state)
  const next = step.next(state, batches)
  const [before, after] = await Promise.all(
    [all, carriedBy(next)].map(list => Promise.all(list.map(([, t]) => t.data()))),
  )
  release(tensorsOf(next), tensorsOf(state))
  const counts = all.map((_, i) => {
    const gone = after![i]![0]! - before![i]![0]!
    return before![i]!.length === 1 && Number.isInteger(gone) && gone > 0 && !all[i]![0].startsWith('params/')
  })
  const kept = all.map((_, i) => i).filter(i => !counts[i])
  const parts = kept.map(i => all[i]![1])
  const names = kept.flatMap(i => Array<string>(all[i]![1].size).fill(all[i]![0]))
  const changes = kept.flatMap(i => [...after![i]!].map((x, j) => Math.abs(x - before![i]![j]!)))

  /** The next state's parts, from the parts of this one. */
  const map = (from: readonly Tensor[]): Tensor => {
    const given = new Map(kept.map((i, k) => [all[i]![0], from[k]!]))
    const put = <T>(tree: T, under: string): T =>
      fromLeaves(
        tree as Tree<unknown>,
        entries<Tensor>(tree as Tree).map(
          ([path, t]) => given.get(path === '' ? under : `${under}/${path}`) ?? t,
        ),
      ) as T
    const { params, optimizers, dynamics } = step.next(
      {
        ...state,
        params: put(state.params, 'params'),
        optimizers: put(state.optimizers, 'optimizers'),
        dynamics: put(state.dynamics, 'dynamics'),
      },
      batches,
    )
    const list = carriedBy({ params, optimizers, dynamics })
    return concat(
      kept.map(i => reshape(list[i]![1], [-1])),
      0,
    )
  }
  const matrix = method === 'exact' ? await exactly(map, parts) : await numerically(map, parts, h)
  for (const [i, row] of matrix.entries()) {
    const j = row.findIndex(x => !Number.isFinite(x))
    if (j >= 0)
      throw new Error(
        `updateJacobian: the derivative of ${names[i]} in ${names[j]} is ${row[j]}: the step is not differentiable there (Adam is not at an equilibrium: use sgd)`,
      )
  }
  return { matrix, names, moved: Math.max(0, ...changes) }
}

/** Row i is the gradient of the i-th number of the next state: first derivatives of the step, second ones of the costs. */
async function exactly(map: (from: readonly Tensor[]) => Tensor, parts: readonly Tensor[]): Promise<Matrix> {
  const size = parts.reduce((n, t) => n + t.size, 0)
  const rows: number[][] = []
  for (let i = 0; i < size; i++) {
    const grads = scoped(() => {
      const pick = tensor1d(Float32Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)))
      return gradients(() => sum(mul(pick, map(parts))), parts).grads
    })
    rows.push([...(await numbersOf(grads))])
    release(grads)
  }
  return rows
}

async function numerically(
  map: (from: readonly Tensor[]) => Tensor,
  parts: readonly Tensor[],
  h: number,
): Promise<Matrix> {
  const at = concatenated(await Promise.all(parts.map(t => t.data())))
  const value = async (point: Vector): Promise<Vector> => {
    const there = scoped(() => map(treeOf(parts, point) as readonly Tensor[]))
    const numbers = Float64Array.from(await there.data())
    there.dispose()
    return numbers
  }
  const columns: Vector[] = []
  for (let j = 0; j < at.length; j++) {
    const [up, down] = [await value(at.with(j, at[j]! + h)), await value(at.with(j, at[j]! - h))]
    columns.push(up.map((x, i) => (x - down[i]!) / (2 * h)))
  }
  return Array.from(at, (_, i) => columns.map(column => column[i]!))
}
