import {
  add,
  clone,
  engine,
  mul,
  type Scalar,
  scalar,
  sum,
  Tensor,
  tidy,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core'
import { mend } from './mend.ts'

/** A value and its gradient in each of the given tensors, in their order, float32 and of their shapes. */
export interface Gradients<Aux = undefined> {
  readonly value: Scalar
  readonly grads: Tensor[]
  /** What the function handed out besides its value. */
  readonly aux: Aux
}

const describe = (y: unknown) => (y instanceof Tensor ? `a tensor of shape [${y.shape}]` : typeof y)

function eachTensor(tree: unknown, visit: (t: Tensor) => void): void {
  if (tree instanceof Tensor) visit(tree)
  else if (tree !== null && typeof tree === 'object') {
    for (const child of Object.values(tree)) eachTensor(child, visit)
  }
}

/** Tensor ids only grow, so this tells what was made from here on. */
function newestId(): number {
  const mark = scalar(0)
  mark.dispose()
  return mark.id
}

/** The engine's way to hand a tensor to the open scope, which its types keep private. */
const tracker = () => engine() as unknown as { track(t: Tensor): Tensor }

/** engine.gradients, tidied up after where it throws: the engine would keep every tensor saved for the pass. */
function reverse(f: () => Tensor, xs: readonly Tensor[], dy?: Tensor) {
  const { state } = engine()
  const outermost = state.gradientDepth === 0
  if (outermost) mend()
  try {
    // The scope takes the value along if the backward pass throws.
    return tidy(() => engine().gradients(f, [...xs], dy, true))
  } catch (error) {
    if (outermost && state.activeTape) {
      for (const node of state.activeTape) for (const t of node.saved ?? []) t.dispose()
      ;(state as { activeTape: unknown }).activeTape = null
    }
    throw error
  }
}

/** Gradients by position; zeros where nothing leads from an x to the value, or where x does not hold floats. */
function pull(f: () => Tensor, xs: readonly Tensor[], dy?: Tensor) {
  const unique = [...new Set(xs.filter(x => x.dtype === 'float32'))]
  if (unique.length === 0) return { value: tidy(f), grads: xs.map(x => zeros(x.shape)) }
  const { value, grads } = reverse(f, unique, dy)
  const taken = new Set<Tensor>()
  const grad = (x: Tensor) => {
    const g = grads[unique.indexOf(x)] as Tensor | null | undefined
    if (!g) return zeros(x.shape)
    if (taken.has(g) || g === dy) return clone(g)
    taken.add(g)
    return g
  }
  return { value, grads: xs.map(grad) }
}

/** Runs `f` so that tensors made in it and reachable from what `aux` returns outlive the forward pass. */
function carrying<Aux>(f: () => { value: Tensor; aux: Aux }) {
  const carried: Tensor[] = []
  let aux: Aux | undefined
  const first = newestId()
  return {
    run: () => {
      const out = f()
      aux = out.aux
      eachTensor(aux, t => {
        if (t.id > first && !t.kept && t !== out.value) {
          t.kept = true
          carried.push(t)
        }
      })
      return out.value
    },
    dispose: () => {
      for (const t of carried) t.dispose()
    },
    /** Hands what was carried to the scope that is open now. */
    release: () => {
      for (const t of carried) {
        t.kept = false
        if (!t.isDisposed) tracker().track(t)
      }
      return aux as Aux
    },
  }
}

function scalarOf(y: Tensor, who: string): Tensor {
  if (!(y instanceof Tensor) || y.size !== 1 || y.rank !== 0 || y.dtype !== 'float32') {
    const type = y instanceof Tensor ? ` (${y.dtype})` : ''
    throw new Error(
      `${who}: expected f to return a float32 scalar, got ${describe(y)}${type}; reduce it with mean(...) or sum(...)`,
    )
  }
  return y
}

/**
 * Value and gradients of a scalar cost, differentiable at any depth: a cost may itself be computed from `gradients`.
 *
 * Tensors made inside `f` are disposed of, save the value. Gradients are zeros for an x that the cost does not depend
 * on, and for integer and boolean xs.
 *
 * @param f a function that makes the cost, of shape [], from `xs` (which it closes over)
 * @param xs tensors to differentiate in; may be empty, and may hold one tensor twice
 * @throws Error if `f` returns no float32 scalar, or if a kernel on the way has no gradient
 */
export function gradients(f: () => Tensor, xs: readonly Tensor[]): Gradients {
  const { value, grads } = pull(() => scalarOf(f(), 'gradients'), xs)
  return { value: value as Scalar, grads, aux: undefined }
}

/**
 * As {@link gradients}, for a function that hands out more than its cost: tensors in `aux` (a tensor, or arrays and
 * records of them) stay alive, belong to the caller's scope and carry no gradient.
 */
export function gradientsWithAux<Aux>(
  f: () => { value: Tensor; aux: Aux },
  xs: readonly Tensor[],
): Gradients<Aux> {
  const carrier = carrying(f)
  try {
    const { value, grads } = pull(() => scalarOf(carrier.run(), 'gradientsWithAux'), xs)
    return { value: value as Scalar, grads, aux: carrier.release() }
  } catch (error) {
    carrier.dispose()
    throw error
  }
}

/**
 * Vector-Jacobian product: value of any shape and, for each x, the gradient of <cotangent, f>.
 *
 * @throws Error if the cotangent's shape is not that of f's value
 */
export function vjp(
  f: () => Tensor,
  xs: readonly Tensor[],
  cotangent: Tensor,
): { value: Tensor; grads: Tensor[] } {
  const checked = () => {
    const y = f()
    if (y.shape.join() !== cotangent.shape.join()) {
      throw new Error(`vjp: expected a cotangent of f's shape [${y.shape}], got [${cotangent.shape}]`)
    }
    return y
  }
  return pull(checked, xs, cotangent)
}

/** <a, b> over lists of tensors of equal shapes, a scalar. */
export function inner(a: readonly Tensor[], b: readonly Tensor[]): Scalar {
  if (a.length !== b.length)
    throw new Error(`inner: expected lists of equal length, got ${a.length} and ${b.length}`)
  return tidy(() => a.map((x, i) => sum(mul(x, b[i]!))).reduce((x, y) => add(x, y)) as Scalar)
}

/**
 * Jacobian-vector product: value of f and its derivative along `tangents` (one per x, of its shape), by the
 * double-backward trick (Townsend 2017): the vector-Jacobian product is linear in its cotangent, and its derivative
 * in that is the Jacobian-vector product. Evaluates f twice.
 */
export function jvp(
  f: () => Tensor,
  xs: readonly Tensor[],
  tangents: readonly Tensor[],
): { value: Tensor; tangent: Tensor } {
  return tidy(() => {
    const value = tidy(f)
    const cotangent = zerosLike(value)
    const { grads } = gradients(() => inner(vjp(f, xs, cotangent).grads, tangents), [cotangent])
    return { value, tangent: grads[0]! }
  })
}

/**
 * Hessian-vector product of a scalar cost: value, gradients, and for each x the derivative of <grads, vectors> in
 * it; with vectors in some xs only, the others receive the mixed derivatives.
 */
export function hvp(
  f: () => Tensor,
  xs: readonly Tensor[],
  vectors: readonly Tensor[],
): { value: Scalar; grads: Tensor[]; products: Tensor[] } {
  const { grads: products, aux } = gradientsWithAux(() => {
    const { value, grads } = gradients(f, xs)
    return { value: inner(grads, vectors), aux: { value, grads } }
  }, xs)
  return { value: aux.value, grads: aux.grads, products }
}
