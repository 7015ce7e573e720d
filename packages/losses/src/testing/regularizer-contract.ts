import {
  clockAt,
  costedBy,
  entries,
  key,
  leaves,
  mapTree,
  mend,
  normal,
  type Regularizer,
  type Scene,
  scoped,
  type Tree,
} from '@equilibria/core'
import {
  add,
  clone,
  concat,
  conv2d,
  matMul,
  mul,
  reshape,
  softplus,
  square,
  type Tensor,
  type Tensor4D,
  tanh,
  tidy,
  zerosLike,
} from '@tensorflow/tfjs-core'
import { along, type Cost, checkSlopes, evaluate, type Failure } from './finite-differences.ts'

/** A small critic of pictures [2, 5, 5, 1]: hidden activations, and a last layer. */
interface Critic {
  readonly name: string
  readonly weights: readonly (readonly number[])[]
  hidden(weights: readonly Tensor[], x: Tensor): Tensor
}

const rows = 2
const picture = [rows, 5, 5, 1]

// Smooth, so that finite differences hold everywhere; one with and one without convolution.
const critics: readonly Critic[] = [
  {
    name: 'dense, tanh',
    weights: [[25, 4], [4], [4, 1]],
    hidden: ([kernel, bias], x) => tanh(add(matMul(reshape(x, [rows, 25]), kernel!), bias!)),
  },
  {
    name: 'conv, softplus',
    weights: [[3, 3, 1, 2], [2], [18, 1]],
    hidden: ([kernel, bias], x) =>
      reshape(softplus(add(conv2d(x as Tensor4D, kernel as Tensor4D, 1, 'valid'), bias!)), [rows, 18]),
  },
]

/** Pictures from latents [2, 2]. */
const generatorWeights = [
  [2, 25],
  [2, 25],
]
const generate = ([first, second]: readonly Tensor[], z: Tensor) =>
  reshape(tanh(add(matMul(z, first!), matMul(square(z), second!))), picture)

/** What is made of a critic's outputs: moved and stretched. */
interface Stretch {
  readonly by: number
  readonly to: number
}

const names = ['real', 'latents', "the generator's parameter 0", "the generator's parameter 1"]

/**
 * The scene of a critic at given tensors: real pictures, latents, the generator's parameters, the critic's. Outputs are stretched,
 * and features with them.
 */
function sceneAt(
  { hidden }: Critic,
  xs: readonly Tensor[],
  slot: Tree | undefined,
  { by, to }: Stretch = { by: 1, to: 0 },
): Scene {
  const [real, latents, first, second, ...own] = xs as [Tensor, Tensor, Tensor, Tensor, ...Tensor[]]
  const features = (x: Tensor) => [mul(by, hidden(own, x))]
  const critic = (x: Tensor) => add(to, mul(by, reshape(matMul(hidden(own, x), own[2]!), [rows])))
  const made = (z: Tensor) => generate([first, second], z)
  const fake = made(latents)
  return {
    critic,
    features,
    real,
    fake,
    onReal: () => critic(real),
    onFake: () => critic(fake),
    latents,
    drawn: mul(latents, 0.5),
    generate: made,
    own,
    slot,
    key: key(0),
    clock: clockAt(0),
  }
}

/**
 * Checks a regularizer: it gives a float32 scalar; it and its gradients are finite for a critic and a generator that are
 * constant, and for one whose outputs reach the ends of its range, +-1e4 unless it declares another; its first and second
 * derivatives in the parameters of critic and generator, in real rows and in latents (no player is detached) agree with finite differences, for a dense and a convolutional critic of pictures [5, 5, 1]. If it carries state, its slot keeps its structure, and
 * what is checked is the second step. Runs on the backend that is set. Resolves to what failed, in words: an empty list if
 * nothing did.
 */
export async function regularizerContract(regularizer: Regularizer): Promise<Failure[]> {
  mend()
  const failures: Failure[] = []
  for (const critic of critics) {
    const { name, weights } = critic
    const own = weights.map((s, i) => normal([7, i], s, 0, 0.4))
    const xs = [
      normal([1, 1], picture),
      normal([1, 2], [rows, 2]),
      ...generatorWeights.map((s, i) => normal([8, i], s, 0, 0.4)),
      ...own,
    ]
    const { value, slot, changed } = firstStep(critic, regularizer, xs, own)
    if (value.rank !== 0 || value.dtype !== 'float32')
      failures.push(`${name}: expected a float32 scalar, got ${value.dtype} [${value.shape}]`)
    else if (changed) failures.push(`${name}: its slot began as ${changed[0]} and went on as ${changed[1]}`)
    else {
      const stretched =
        (stretch?: Stretch): Cost =>
        at =>
          costedBy(regularizer, sceneAt(critic, at, slot, stretch)).cost
      const cost = stretched()
      const named = [...names, ...weights.map((_, i) => `the critic's parameter ${i}`)]
      failures.push(...(await checkSlopes(name, cost, xs, { names: named })))
      const second = `${name}, second derivative`
      failures.push(...(await checkSlopes(second, along(cost, xs), xs, { names: named })))
      failures.push(...(await finiteAtZero(name, cost, xs)))
      for (const end of [-1, 1] as const)
        failures.push(...(await finiteAtEnds(name, stretched, critic, xs, end, regularizer.range)))
    }
    for (const t of [value, ...xs, ...(slot === undefined ? [] : leaves<Tensor>(slot))]) t.dispose()
  }
  return failures
}

const structure = (tree: Tree) =>
  entries<Tensor>(tree)
    .map(([path, t]) => `${path} ${t.dtype} [${t.shape}]`)
    .join(', ')

/** The value at the first step, and what the slot holds after it. */
const firstStep = (critic: Critic, regularizer: Regularizer, xs: readonly Tensor[], own: readonly Tensor[]) =>
  scoped(() => {
    const before = regularizer.slot?.init({ critic: own }, key(3))
    const { cost, aux } = costedBy(regularizer, sceneAt(critic, xs, before))
    const value = clone(cost)
    if (before === undefined) return { value }
    const params = { critic: own.map(p => mul(p, 1.1)) }
    const after = regularizer.slot!.next(before, { params, stats: {}, aux: {}, own: aux, clock: clockAt(0) })
    const [began, became] = [structure(before), structure(after)]
    const slot = mapTree((t: Tensor) => clone(t), after)
    return began === became ? { value, slot } : { value, slot, changed: [began, became] as const }
  }) as { value: Tensor; slot?: Tree; changed?: readonly [string, string] }

async function finiteAtZero(name: string, cost: Cost, xs: readonly Tensor[]): Promise<Failure[]> {
  const constant = xs.map((x, i) => (i < 2 ? clone(x) : zerosLike(x)))
  const found = await unlessFinite(cost, constant)
  for (const x of constant) x.dispose()
  return found ? [`${name}, all parameters 0: ${found}; keep norms differentiable at 0`] : []
}

/** Outputs about the middle of the range, stretched so far that the one of largest size reaches its low (-1) or high (1) end. */
async function finiteAtEnds(
  name: string,
  stretched: (stretch: Stretch) => Cost,
  critic: Critic,
  xs: readonly Tensor[],
  end: -1 | 1,
  [low, high]: readonly [number, number] = [-1e4, 1e4],
): Promise<Failure[]> {
  const outputs = tidy(() => {
    const { onReal, onFake } = sceneAt(critic, xs, undefined)
    return concat([onReal(), onFake()])
  })
  const said = [...(await outputs.data())]
  outputs.dispose()
  const largest = said.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a))
  const stretch = { by: (end * (high - low)) / 2 / largest, to: (low + high) / 2 }
  const found = await unlessFinite(stretched(stretch), xs)
  return found
    ? [
        `${name}, outputs up to ${end < 0 ? low : high}: ${found}; write it stably, or declare the range of outputs in which it is finite`,
      ]
    : []
}

/** A value and its gradients, in words, if not all are finite. */
async function unlessFinite(cost: Cost, xs: readonly Tensor[]): Promise<string> {
  const { value, grads } = await evaluate(cost, xs)
  const odd = grads.flat().find(g => !Number.isFinite(g))
  return Number.isFinite(value) && odd === undefined
    ? ''
    : `the value is ${value}, gradients ${odd ?? 'finite'}`
}
