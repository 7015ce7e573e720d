import {
  add,
  clipByValue,
  engine,
  memory,
  mul,
  type Scalar,
  sum,
  type Tensor,
  tanh,
  tensor,
  tensor1d,
} from '@tensorflow/tfjs-core'
import type { Dynamics } from '../dynamics.ts'
import type { Game, Player, Turn } from '../game.ts'
import type { Optimizer } from '../optimizer.ts'
import { projected } from '../optimizers/projected.ts'
import { sgd } from '../optimizers/sgd.ts'
import { normal } from '../random.ts'
import { makeStep, type State, type Step, tensorsOf } from '../step.ts'
import { entries, fromLeaves, leaves, mapTree, release, type Tree } from '../tree.ts'

/** What a dynamics is tried with. */
export interface DynamicsContractOptions {
  /** The players of the games it is tried on: any names, at least one. */
  readonly players?: readonly string[]
  readonly optimizer?: Optimizer
}

type Vectors = { readonly [player: string]: { readonly w: Tensor } }

/** Each player pulls at itself and at the next one, at what the batch and the noise say; with `alone` there is neither. */
const ringOf = (players: readonly string[], alone: boolean): Game<Vectors, Tensor> =>
  Object.fromEntries(
    players.map((who, i): [string, Player<Vectors, Vectors[string], Tensor>] => [
      who,
      {
        init: key => ({ w: normal(key, [3], 0, alone ? 0 : 1) }),
        memory: () => ({ seen: tensor1d([0, 0, 0]) }),
        cost: (all: Vectors, turn: Turn<Tensor>) => {
          const [own, next] = [all[who]!.w, all[players[(i + 1) % players.length]!]!.w]
          const outer = alone ? 0 : add(turn.batch, normal(turn.key, [3], 0, 0.1))
          turn.tell?.(`${who}/seen`, add(turn.memory[`${who}/seen`]!, 1))
          const pull = mul(i % 2 === 0 ? 1 : -1, sum(mul(tanh(add(own, outer)), tanh(next))))
          const cost = add(mul(0.25, sum(mul(own, own))), pull) as Scalar
          return { cost, stats: { pull: pull as Scalar } }
        },
      },
    ]),
  )

const read = (tree: Tree) => Promise.all(leaves<Tensor>(tree).map(async t => [...(await t.data())]))

/** Every leaf written out to numbers and made anew, as a checkpoint does it. */
const reloaded = async <T>(tree: T): Promise<T> => {
  const list = leaves<Tensor>(tree as Tree)
  const data = await Promise.all(list.map(t => t.data()))
  return fromLeaves(
    tree as Tree,
    list.map((t, i) => tensor(data[i]!.slice(), t.shape, t.dtype)),
  ) as T
}

/** Runs f with all reads of values forbidden; gives how many were tried. */
function withoutReads(f: () => void): number {
  const home = engine()
  const { readSync, read } = home
  let tried = 0
  const counting = <F extends (...args: never[]) => unknown>(original: F) =>
    ((...args: never[]) => {
      tried++
      return original.apply(home, args)
    }) as F
  home.readSync = counting(readSync)
  home.read = counting(read)
  try {
    f()
  } finally {
    home.readSync = readSync
    home.read = read
  }
  return tried
}

const outline = (state: State<Vectors>) => {
  const { stats, ...rest } = tensorsOf(state) as { readonly stats: Tree; readonly [k: string]: Tree }
  return entries<Tensor>(rest).map(([path, t]) => `${path} ${t.dtype}[${t.shape}]`)
}

/**
 * Checks a dynamics against what `Dynamics` promises, on small games of the given players: its `draws` is a whole number; the state keeps its
 * structure, shapes and types; a step is a pure function that changes no input; it reads no values; the number of tensors is
 * constant; a state written out and read back continues bit for bit; every player moves, stays finite and reports its cost and what its networks remember;
 * where optimizers keep parameters in a set they are in it after every step; and where all gradients are zero from the beginning nobody moves.
 * Runs on the backend that is set. Resolves to what failed, in words: an empty list if nothing did.
 */
export async function dynamicsContract(
  dynamics: Dynamics,
  { players = ['critic', 'generator'], optimizer = sgd(0.05) }: DynamicsContractOptions = {},
): Promise<string[]> {
  const failures: string[] = []
  const expect = (holds: boolean, failure: string) => {
    if (!holds) failures.push(failure)
  }
  if (!Number.isInteger(dynamics.draws) || dynamics.draws < 1)
    return [`draws: expected a whole number >= 1, got ${dynamics.draws}`]
  const before = memory().numTensors
  const step: Step<Vectors, Tensor> = makeStep({ game: ringOf(players, false), dynamics, optimizer })
  const batches = Array.from({ length: step.draws }, (_, i) => tensor1d([0.3 * i, -0.2, 0.1]))
  const advance = (state: State<Vectors>, steps: number) => {
    for (let i = 0; i < steps; i++) {
      const next = step.next(state, batches)
      release(tensorsOf(state), tensorsOf(next))
      state = next
    }
    return state
  }

  const first = step.init(1)
  const given = await read(tensorsOf(first))
  const one = step.next(first, batches)
  const other = step.next(first, batches)
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
  expect(same(outline(first), outline(one)), 'state: a step changed its structure, shapes or types')
  expect(
    same(await read(tensorsOf(one)), await read(tensorsOf(other))),
    'purity: the same state gave two results',
  )
  expect(
    leaves<Tensor>(tensorsOf(first)).every(t => !t.isDisposed) && same(given, await read(tensorsOf(first))),
    'purity: a step changed or disposed of the state it was given',
  )
  for (const who of players) {
    const [from, to] = [await read(first.params[who]!), await read(one.params[who]!)]
    expect(!same(from, to), `"${who}" did not move`)
    expect(
      'cost' in (one.stats[who] ?? {}),
      `"${who}" reports no cost: evaluate its field outside of gradients, or hand the evaluation out`,
    )
    expect(
      !same(await read(one.memory[`${who}/seen`]!), [[0, 0, 0]]),
      `what the networks of "${who}" told was lost`,
    )
  }
  const reads = withoutReads(() => release(tensorsOf(step.next(one, batches)), tensorsOf(one)))
  expect(reads === 0, `reads: a step read the values of ${reads} tensors; decide with masks`)
  release([tensorsOf(first), tensorsOf(other)], tensorsOf(one))

  let state = advance(one, 2)
  const tensors = memory().numTensors
  state = advance(state, 4)
  expect(
    memory().numTensors === tensors,
    `tensors: four steps left ${memory().numTensors - tensors} more than before them`,
  )
  const copy: State<Vectors> = { ...state, ...((await reloaded(tensorsOf(state))) as object) }
  const [went, resumed] = [advance(state, 6), advance(copy, 6)]
  const end = await read(tensorsOf(went))
  expect(
    same(end, await read(tensorsOf(resumed))),
    'resume: a state written out and read back went elsewhere',
  )
  expect(end.flat().every(Number.isFinite), 'finite: a number of the state is not finite after 13 steps')
  release([tensorsOf(went), tensorsOf(resumed), batches])
  expect(memory().numTensors === before, `tensors: ${memory().numTensors - before} were left behind`)

  // Optimizers that clip, of the same derivatives as the one they wrap.
  const clipping: Optimizer = {
    ...projected(params => mapTree((p: Tensor) => clipByValue(p, -0.2, 0.2), params), optimizer),
    ...(optimizer.differentiable && { differentiable: true }),
  }
  const held = makeStep({ game: ringOf(players, false), dynamics, optimizer: clipping })
  const draws = Array.from({ length: held.draws }, (_, i) => tensor1d([0.3 * i, -0.2, 0.1]))
  let inside = held.init(1)
  for (let i = 0; i < 7; i++) {
    const next = held.next(inside, draws)
    release(tensorsOf(inside), tensorsOf(next))
    inside = next
    const furthest = Math.max(...(await read(inside.params)).flat().map(Math.abs))
    expect(
      furthest <= Math.fround(0.2),
      `projection: step ${i + 1} left the set in which optimizers keep parameters: put them back by allowed(optimizers[who], params)`,
    )
  }
  release([tensorsOf(inside), draws])

  const still = makeStep({ game: ringOf(players, true), dynamics, optimizer })
  let rest = still.init(1)
  for (let i = 0; i < 3; i++) rest = still.next(rest, Array<Tensor>(still.draws).fill(undefined as never))
  expect(
    (await read(rest.params)).flat().every(x => x === 0),
    'equilibrium: players moved where no gradient is',
  )
  return failures
}
