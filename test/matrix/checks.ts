import { type BackendReport, DeviceFault, useBackend } from '@equilibria/backends'
import {
  adam,
  alternating,
  type Batch,
  type Dynamics,
  type Engine,
  eager,
  type Game,
  makeStep,
  mapTree,
  mend,
  type Optimizer,
  type Params,
  type Players,
  release,
  simultaneous,
  type Tree,
  tensorsOf,
} from '@equilibria/core'
import { memoryStore, restoreState, type Snapshot, takeSnapshot, train } from '@equilibria/trainers'
import { backend as currentBackend, memory, mul, sub, type Tensor, zerosLike } from '@tensorflow/tfjs-core'
import {
  batchOf,
  type Case,
  dynamics,
  losses,
  regularizers,
} from '../../packages/compile/src/subjects.fixture.ts'
import { cases } from '../../packages/core/src/autodiff/cases/index.fixture.ts'
import {
  type Derivatives,
  derivatives,
  type Evaluate,
  eagerly,
  errorsOf,
  type Outcome,
  pose,
} from '../../packages/core/src/testing/derivatives.ts'
import { dynamicsContract } from '../../packages/core/src/testing/dynamics-contract.ts'
import { type GameName, games } from './games.ts'
import { type CheckName, checkNames, type EngineName, type Target } from './targets.ts'

// The checks, each by itself and all of them in Node as well as in a page.

/** What a check found: what the table shows of it, and what is wrong. */
export interface Finding {
  readonly text: string
  readonly faults: readonly string[]
}

/** How a target computes. */
export interface Means {
  /** What the report says of it. */
  readonly name: string
  readonly engine: Engine
  readonly evaluate: Evaluate
  /** Breaks the engine's own device, where one can be got at. */
  readonly smash?: () => Promise<void>
}

/** Operation by operation on the backend. */
const eagerMeans: Means = { name: 'eager', engine: eager(), evaluate: eagerly }

export interface Report {
  readonly backend: BackendReport
  /** What ran the steps, where the backend did not. */
  readonly compiler?: string
  /** A check that does not apply is not there. */
  readonly findings: Readonly<Partial<Record<CheckName, Finding>>>
}

const about = { backend: '', engine: '', batch: 0, seconds: 0, recipe: null, saved: '' }
const short = (x: number) => x.toExponential(0)
const worst = (errors: readonly number[]) => errors.reduce((a, b) => (Number.isNaN(b) || b > a ? b : a), 0)

/** First and second derivatives of every operation's cases, against the cpu backend's. */
async function gradients(
  target: Target,
  evaluate: Evaluate,
  reach: () => Promise<unknown>,
): Promise<Finding> {
  mend()
  const faults: string[] = []
  const errors: number[] = []
  const wrong = new Set<string>()
  const refused: string[] = []
  const judge = (name: string, order: string, outcome: Outcome, mayRefuse: boolean) => {
    if (typeof outcome === 'string' && mayRefuse) return
    if (typeof outcome === 'number') errors.push(outcome)
    if (typeof outcome === 'string' || !(outcome <= target.tolerance)) {
      wrong.add(name)
      faults.push(`${name}, ${order} derivative: ${outcome}`)
    }
  }
  const problems = cases.map(spec => pose(spec))
  await useBackend('cpu')
  const exact: Derivatives[] = []
  for (const problem of problems) exact.push(await derivatives(problem))
  await reach()
  for (const [i, spec] of cases.entries()) {
    const before = memory().numTensors
    const found = errorsOf(await derivatives(problems[i]!, { evaluate }), exact[i]!)
    if (memory().numTensors !== before) {
      wrong.add(spec.name)
      faults.push(`${spec.name}: tensors left behind`)
    }
    const refuses = target.refuses?.includes(spec.name) ?? false
    if (refuses) refused.push(spec.name)
    judge(spec.name, 'first', found.first, refuses)
    judge(spec.name, 'second', found.second, refuses || spec.order === 1)
  }
  const right = cases.length - new Set([...wrong, ...refused]).size
  const but = refused.length > 0 ? `; refuses ${refused.join(', ')}` : ''
  return { text: `${right} of ${cases.length}, within ${short(worst(errors))}${but}`, faults }
}

/** Moves a little and remembers the gradient it was given. */
const recorder: Optimizer = {
  init: params => mapTree((p: Tensor) => zerosLike(p), params),
  update: (grads, _state, params) => [
    mapTree((g: Tensor, p: Tensor) => sub(p, mul(0.05, g)), grads, params) as Params,
    grads,
  ],
}

/** A game that is played for some steps, as it is compared. */
interface Play {
  readonly game: Game<Players, Batch>
  readonly dynamics: Dynamics
  readonly optimizer: Optimizer
  /** Batch number `i` of all that are drawn. */
  readonly draw: (i: number) => Batch | Promise<Batch>
}

/**
 * Steps of an engine from states along the cpu backend's own trajectory, from the second state on: how far its losses, gradients, memory and parameters are from
 * cpu's, each tensor by itself.
 */
async function stepErrors(
  { game, dynamics, optimizer, draw }: Play,
  { steps, engine, reach }: { steps: number; engine: Engine; reach: () => Promise<unknown> },
): Promise<readonly (readonly [where: string, error: number])[]> {
  const step = makeStep({ game, dynamics, optimizer })
  const advance = async (by: Engine, from: Snapshot | undefined, t: number): Promise<Snapshot> => {
    const fresh = step.init(3)
    const state = from ? restoreState(fresh, from) : fresh
    const batches = await Promise.all(Array.from({ length: step.draws }, (_, d) => draw(t * step.draws + d)))
    const prepared = await by.prepare(step, { state, batches })
    const next = await prepared.advance(state, batches)
    const taken = await takeSnapshot(next, about)
    await prepared.release?.()
    release([tensorsOf(state), tensorsOf(fresh), batches as unknown as Tree, tensorsOf(next)])
    return taken
  }
  await useBackend('cpu')
  const states: Snapshot[] = []
  for (let t = 0; t <= steps; t++) states.push(await advance(eager(), states.at(-1), t))
  await reach()
  const errors: [string, number][] = []
  const size = (values: ArrayLike<number>) => Math.hypot(...Array.from(values))
  for (let t = 1; t <= steps; t++) {
    const found = await advance(engine, states[t - 1], t)
    for (const branch of ['stats', 'optimizers', 'memory', 'params']) {
      const exact = states[t]!.tensors[branch]!
      const largest = worst([...exact.values()].map(x => size(x.data)))
      for (const [path, { data }] of exact) {
        const got = found.tensors[branch]!.get(path)!.data
        const off = size(Array.from(got, (x, i) => x - data[i]!))
        errors.push([`step ${t}, ${branch}/${path}`, off && off / Math.max(size(data), 1e-3 * largest)])
      }
    }
  }
  return errors
}

const faultsIn = (errors: Awaited<ReturnType<typeof stepErrors>>, tolerance: number, name = '') =>
  errors.flatMap(([where, error]) => (error <= tolerance ? [] : [`${name}${where}: ${short(error)}`]))

/** Steps of a small game. */
async function step(
  name: GameName,
  engine: Engine,
  target: Target,
  reach: () => Promise<unknown>,
): Promise<Finding> {
  const { game, data, batch } = games[name]
  const draw = (t: number) => data.at({ step: t, n: batch, key: [7, 7] })
  const play = { game, dynamics: simultaneous(), optimizer: recorder, draw }
  const errors = await stepErrors(play as never, { steps: 3, engine, reach })
  return {
    text: `within ${short(worst(errors.map(([, error]) => error)))}`,
    faults: faultsIn(errors, target.tolerance),
  }
}

/** Differences of distances, as in an energy distance, lose a digit: what was seen is up to 1e-4 on processors. */
const CANCELLED = 5

/** A step with each loss, cost term and dynamics that has a name; where it is the backend that computes, the contract of dynamics too. */
async function parts({ engine }: Means, target: Target, reach: () => Promise<unknown>): Promise<Finding> {
  const faults: string[] = []
  const errors: number[] = []
  const first = ({ title }: Case, i: number, all: readonly Case[]) =>
    all.findIndex(other => other.title.split(' ')[0] === title.split(' ')[0]) === i
  const cases = [losses, regularizers, dynamics].flatMap(kind => kind.filter(first))
  for (const { title, make } of cases) {
    const subject = make()
    const play = {
      game: subject.game,
      dynamics: subject.dynamics ?? simultaneous(),
      optimizer: subject.optimizer ?? recorder,
      draw: (i: number) => batchOf(subject, 6, [5, 5], i),
    }
    try {
      const found = await stepErrors(play, { steps: 1, engine, reach })
      errors.push(...found.map(([, error]) => error))
      faults.push(...faultsIn(found, CANCELLED * target.tolerance, `${title}, `))
    } catch (e) {
      faults.push(`${title}: ${e instanceof Error ? e.message : String(e)}`)
    }
  }
  if (!target.engine)
    for (const { title, make } of dynamics.filter(first))
      faults.push(
        ...(await dynamicsContract(make().dynamics!)).map(failure => `${title}, contract: ${failure}`),
      )
  return { text: `${cases.length}, within ${short(worst(errors))}`, faults }
}

const bits = (snapshot: Snapshot) =>
  JSON.stringify(
    Object.entries(snapshot.tensors).flatMap(([branch, tensors]) =>
      [...tensors].map(([path, { data }]) => [
        `${branch}/${path}`,
        [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)],
      ]),
    ),
  )

const optionsOf = (engine: Engine) => ({
  game: games.DCGAN.game,
  dynamics: alternating({ critic: 1 }),
  optimizer: adam(1e-3, { beta1: 0.5 }),
  data: games.DCGAN.data,
  batch: games.DCGAN.batch,
  seed: 11,
  engine,
})

/** Tensors alive after each of some steps: as many after the last as after the first. */
async function tensorCount(engine: Engine): Promise<Finding> {
  const counts: number[] = []
  const buffers: number[] = []
  const run = await train({
    ...optionsOf(engine),
    steps: 6,
    onStep: () => {
      counts.push(memory().numTensors)
      buffers.push(memory().numDataBuffers)
    },
  })
  release(tensorsOf(run.state))
  // Before the last step the batch of another is fetched.
  const grown = [counts, buffers].some(list => new Set(list.slice(0, -1)).size !== 1)
  return {
    text: grown ? 'grows' : 'constant',
    faults: grown ? [`tensors ${counts.join(', ')}; buffers ${buffers.join(', ')}`] : [],
  }
}

/** 3 + 3 steps through a checkpoint are 6 steps, bit for bit. */
async function resume(engine: Engine): Promise<Finding> {
  const options = optionsOf(engine)
  const [whole, halves] = [memoryStore(), memoryStore()]
  for (const [store, steps] of [
    [whole, 6],
    [halves, 3],
    [halves, 6],
  ] as const)
    release(tensorsOf((await train({ ...options, steps, store })).state))
  const same = bits(whole.last!) === bits(halves.last!)
  return { text: same ? 'bit for bit' : 'differs', faults: same ? [] : ['3 + 3 steps are not 6 steps'] }
}

/** A device that breaks while training: the run ends with its fault, the last checkpoint is whole, and training goes on from it. */
async function fault(
  { engine, smash: own }: Means,
  reach: () => Promise<unknown>,
  make: () => Promise<Means>,
): Promise<Finding | undefined> {
  const options = optionsOf(engine)
  const broken = memoryStore()
  const device = (currentBackend() as { device?: GPUDevice }).device
  const gl = (currentBackend() as { gpgpu?: { gl: WebGL2RenderingContext } }).gpgpu?.gl
  if (!own && !device && !gl) return undefined
  const smash = async () =>
    own ? own() : device ? device.destroy() : gl!.getExtension('WEBGL_lose_context')!.loseContext()
  const faults: string[] = []
  const error: unknown = await train({
    ...options,
    steps: 6,
    store: broken,
    every: { checkpoint: 2 },
    onStep: async state => {
      if (state.step === 3) await smash()
    },
  }).then(
    () => 'training went on',
    cause => cause,
  )
  if (!(error instanceof DeviceFault) || error.kind !== 'lost') faults.push(`ended with: ${error}`)
  if (broken.last?.step !== 2) faults.push(`the last checkpoint is of step ${broken.last?.step}`)
  await reach()
  const again = optionsOf((await make()).engine)
  const whole = memoryStore()
  release(tensorsOf((await train({ ...again, steps: 6, store: whole })).state))
  release(tensorsOf((await train({ ...again, steps: 6, store: broken })).state))
  if (bits(whole.last!) !== bits(broken.last!)) faults.push('training from the checkpoint ended elsewhere')
  return { text: faults.length > 0 ? 'fails' : 'stops, resumes', faults }
}

/** Each check; undefined where it does not apply. */
const checks: Readonly<
  Record<
    CheckName,
    (
      target: Target,
      means: Means,
      reach: () => Promise<unknown>,
      make: () => Promise<Means>,
    ) => Promise<Finding | undefined>
  >
> = {
  gradients: (target, { evaluate }, reach) => gradients(target, evaluate, reach),
  'MLP step': (target, { engine }, reach) => step('MLP', engine, target, reach),
  'DCGAN step': (target, { engine }, reach) => step('DCGAN', engine, target, reach),
  'losses, terms, dynamics': (target, means, reach) => parts(means, target, reach),
  tensors: (_target, { engine }) => tensorCount(engine),
  resume: (_target, { engine }) => resume(engine),
  'device lost': (_target, means, reach, make) => fault(means, reach, make),
}

/** Makes ready what compiles for a target; each entry point has its own. */
export type Engines = { readonly [K in EngineName]?: () => Promise<Means> }

/** All checks of one target. `options` are for `useBackend`. */
export async function check(target: Target, engines: Engines, options: object = {}): Promise<Report> {
  const reach = () => useBackend(target.backend, options)
  const backend = await reach()
  const make = async () => (target.engine ? engines[target.engine]!() : eagerMeans)
  const means = await make()
  const findings: Partial<Record<CheckName, Finding>> = {}
  for (const name of checkNames) {
    await reach()
    const finding = await checks[name](target, means, reach, make).catch(cause => ({
      text: 'fails',
      faults: [`${cause?.stack ?? cause}`],
    }))
    if (finding) findings[name] = finding
  }
  return { backend, ...(target.engine && { compiler: means.name }), findings }
}
