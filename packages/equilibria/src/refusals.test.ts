import '@tensorflow/tfjs-backend-cpu'
import { autoencoding, mlp, spectralNorm, weightNorm } from '@equilibria/architectures'
import {
  adam,
  alternating,
  clipByGlobalNorm,
  codedLatent,
  type Game,
  gan,
  gaussianLatent,
  isPart,
  lookahead,
  makeStep,
  maxNorm,
  multiCritic,
  optimised,
  type Players,
  release,
  type Slot,
  type StepParts,
  sgd,
  simultaneous,
  tensorsOf,
  truncated,
  unrolled,
  weightClipping,
} from '@equilibria/core'
import {
  began,
  ebgan,
  every,
  featureMatching,
  gradientPenalty,
  leastSquares,
  leCam,
  minimax,
  mmd,
  nonSaturating,
  r1,
  topK,
  wasserstein,
} from '@equilibria/losses'
import { ema } from '@equilibria/trainers'
import { ones, scalar, setBackend, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { games } from './games.fixture.ts'
import { makeRegistry } from './registry.ts'

beforeAll(() => setBackend('cpu'))

const registry = makeRegistry()
const facts = { shape: [2], classes: 3 }
const optionsOf = (name: string) => registry.find('games', name).options
/** The games that have an option, with it. */
const withOption = (holds: (option: string, otherwise: unknown) => boolean) =>
  Object.keys(games).flatMap(name =>
    Object.entries(optionsOf(name))
      .filter(([option, otherwise]) => holds(option, otherwise))
      .map(([option]) => [name, option] as const),
  )
const named = (option: string) => withOption(name => name === option).map(([name]) => name)

/** A step of a registered game with something else in it. */
const stepOf = (name: string, over: object = {}, parts: Partial<StepParts<Players, unknown>> = {}) =>
  makeStep({
    game: registry.make('games', { name, ...games[name]!.game, ...over }, facts).game as Game<
      Players,
      unknown
    >,
    dynamics: simultaneous(),
    optimizer: sgd(0.1),
    ...parts,
  })

describe('whatever the game, wrong combinations are errors when it is made', () => {
  it.each(named('loss'))('%s: a loss that needs a bounded critic, and one of energies', name => {
    expect(() => stepOf(name, { loss: 'wasserstein' })).toThrow(
      /slope is bounded, and nothing bounds it: add a term/,
    )
    expect(() => stepOf(name, { loss: 'ebgan' })).toThrow(/energies/)
  })

  it.each(withOption((option, otherwise) => typeof otherwise === 'number' && option !== 'layer'))(
    '%s: a negative %s',
    (name, option) => {
      const words = new RegExp(`${name}: ${option} must be a (whole )?number`)
      expect(() => stepOf(name, { [option]: -1 })).toThrow(words)
    },
  )

  it.each(
    withOption(
      (_, otherwise) => isPart(otherwise) && otherwise.part === 'networks' && otherwise.otherwise !== null,
    ),
  )('%s: no %s', (name, option) => {
    // In code, where no registry asks for it first.
    const { make, options } = registry.find('games', name)
    const given = { ...optionsFilled(name, options), [option]: undefined }
    expect(() => make(given)).toThrow(/needs a network \{ init\(key\) => params|expected \w+ by name/)
  })

  const moving = ['gan', 'acGan', 'semiSupervised', 'contraGan', 'vaeGan']
  it.each(named('latent'))('%s: latents that are moved, where it does not, and no latents', name => {
    const { make, options } = registry.find('games', name)
    const filled = optionsFilled(name, options)
    const { latent } = filled as { latent: Parameters<typeof optimised>[1] }
    const moved = () => make({ ...filled, latent: optimised({}, latent) })
    if (moving.includes(name)) moved()
    else expect(moved).toThrow(`${name}: these latents are moved while training (optimised), but`)
    expect(() => make({ ...filled, latent: undefined })).toThrow(`${name}: needs latents`)
  })

  const generating = ['gan', 'acGan', 'semiSupervised', 'contraGan', 'infoGan', 'multiCritic', 'dirac']
  it.each(withOption(option => option.endsWith('Terms')))(
    '%s, %s: a term of latents where there are none',
    (name, option) => {
      const given = () => stepOf(name, { [option]: { path: 'pathLength' } })
      if (generating.includes(name)) given()
      else expect(given).toThrow(`term "path" needs latents, which this game does not have`)
    },
  )

  it.each(Object.keys(games))('%s: players that it has not', name => {
    const players = games[name]!.players.join(', ')
    const missing = `the game has no player "nobody"; its players are ${players}`
    const each = Object.fromEntries(games[name]!.players.map(who => [who, sgd(0.1)]))
    expect(() => stepOf(name, {}, { dynamics: alternating({ nobody: 1 }) })).toThrow(
      `alternating: ${missing}`,
    )
    expect(() => stepOf(name, {}, { optimizer: { ...each, nobody: sgd(1) } })).toThrow(
      `optimizer: ${missing}`,
    )
    expect(() => stepOf(name, {}, { slots: { ema: ema(0.9, { players: ['nobody'] }) } })).toThrow(
      `ema: ${missing}`,
    )
    const [first, ...others] = games[name]!.players
    if (others.length > 0)
      expect(() =>
        stepOf(name, {}, { dynamics: unrolled({ player: first! }), optimizer: adam(0.1) }),
      ).toThrow(
        `unrolled: the moves of "${others[0]}" are looked through, and its optimizer is not differentiable`,
      )
    else
      expect(() => stepOf(name, {}, { dynamics: unrolled({ player: first! }) })).toThrow(
        'is alone in its game',
      )
  })
})

/** The values of a game's options as its constructor gets them. */
function optionsFilled(
  name: string,
  options: { readonly [option: string]: unknown },
): { [option: string]: unknown } {
  const given = games[name]!.game as { readonly [option: string]: unknown }
  return Object.fromEntries(
    Object.entries(options).map(([option, otherwise]) => {
      if (option === 'classes') return [option, facts.classes]
      const spec = given[option] ?? (isPart(otherwise) ? otherwise.otherwise : otherwise)
      if (!isPart(otherwise) || spec === null) return [option, spec ?? undefined]
      if (!otherwise.many) return [option, registry.make(otherwise.part, spec, facts)]
      const each = Object.entries(spec as object).map(([k, s]) => [
        k,
        registry.make(otherwise.part, s, facts),
      ])
      return [option, Object.fromEntries(each)]
    }),
  )
}

const generator = mlp.generator({ shape: [2], dimensions: 3, hidden: [4] })
const critic = mlp.critic({ shape: [2], hidden: [4] })
const latent = gaussianLatent(3)
const parts = { generator, critic, latent, loss: nonSaturating() }
const balance: Slot = { init: () => scalar(0), next: state => state }
const step = (over: object) =>
  makeStep({ game: gan(parts), dynamics: simultaneous(), optimizer: sgd(0.1), ...over })
const game = (over: object) => step({ game: gan({ ...parts, ...over }) })

/** What is needed beside an option to make a named value of a kind, as recipes say it. */
const beside: { readonly [name: string]: object } = {
  maxNorm: { limit: 1 },
  linear: { from: 0.1, to: 0, steps: 4 },
  cosine: { from: 0.1, to: 0, steps: 4 },
  exponential: { from: 0.1, rate: 0.9 },
  fGan: { divergence: 'alpha' },
  coded: { categories: [2] },
  truncated: { threshold: 1 },
  every: { term: 'r1' },
  hold: { steps: 2, schedule: { name: 'linear', from: 0.1, steps: 4 } },
  warmup: { steps: 2, schedule: { name: 'linear', from: 0.1, steps: 4 } },
  instanceNoise: { deviation: 0.1, critic: { name: 'mlp.critic' } },
  packed: { rows: 1, critic: { name: 'mlp.critic' } },
  autoencoding: { encoder: { name: 'mlp.encoder', dimensions: 2 }, decoder: { name: 'mlp.generator' } },
  joint: { trunk: { name: 'mlp.encoder', dimensions: 2 }, head: { name: 'mlp.critic' } },
  'mlp.encoder': { dimensions: 2 },
  'dcgan.encoder': { dimensions: 2 },
  'dcgan.generator': { batchNorm: false },
}
const kinds = [
  'losses',
  'regularizers',
  'dynamics',
  'optimizers',
  'schedules',
  'latents',
  'slots',
  'networks',
  'games',
] as const
const numbers = kinds.flatMap(kind =>
  registry.names(kind).flatMap(name => {
    const { options } = registry.find(kind, name)
    const spec = {
      name,
      ...('conditional' in options && { conditional: true }),
      ...(kind === 'games' ? games[name]!.game : beside[name]),
    } as { readonly [option: string]: unknown }
    return Object.entries(options).flatMap(([option, otherwise]) => {
      const value = spec[option] ?? (isPart(otherwise) ? otherwise.otherwise : otherwise)
      return typeof value === 'number' ? [{ kind, title: `${name}.${option}`, spec, option }] : []
    })
  }),
)

const pictures = { shape: [16, 16, 1], classes: 3 }

describe('a number that is none is refused at once', () => {
  // Without a bound nothing is truncated.
  const unlimited = ['truncated.threshold']
  it.each(numbers)('$kind $title', ({ kind, title, spec, option }) => {
    const make = (value: number) => () =>
      registry.make(kind, { ...spec, [option]: value }, kind === 'games' ? facts : pictures)
    make(spec[option] as number)
    expect(make(Number.NaN)).toThrow(/got NaN/)
    if (!unlimited.includes(title)) expect(make(Number.POSITIVE_INFINITY)).toThrow(/got (Infinity|inf)/)
  })

  it('finds them all', () => expect(numbers.length).toBeGreaterThan(80))
})

describe('and so is each of these', () => {
  it.each<[string, () => unknown, string]>([
    ['a game without players', () => step({ game: {} }), 'a game needs at least one player, got none'],
    ['no game', () => step({ game: undefined }), 'a game needs at least one player, got none'],
    [
      'a player without cost',
      () => step({ game: { critic: { init: () => scalar(0) } } }),
      'player "critic" has no cost: a player is {',
    ],
    ['a player that is none', () => step({ game: { critic: undefined } }), 'player "critic" has no init'],
    [
      'no dynamics',
      () => step({ dynamics: undefined }),
      'a step needs dynamics { draws, init, step }, such as alternating(), got none',
    ],
    [
      'no optimizer',
      () => step({ optimizer: undefined }),
      'no optimizer for player "critic": give one optimizer for all, or a record',
    ],
    [
      'an optimizer for some',
      () => step({ optimizer: { critic: sgd(1) } }),
      'no optimizer for player "generator"',
    ],
    [
      'a slot that is none',
      () => step({ slots: { ema: 0.9 } }),
      'the slot "ema" must be { init, next }, such as ema(), got number',
    ],
    [
      'a slot that a term brings along',
      () =>
        step({ game: gan({ ...parts, criticTerms: { past: leCam() } }), slots: { 'critic/past': balance } }),
      'the slot "critic/past" is one that the game brings along',
    ],
    [
      'k = 0',
      () => alternating({ critic: 0 }),
      'alternating: "critic" must move a whole number of times >= 1 a step, got 0',
    ],
    [
      'half a move',
      () => alternating({ critic: 0.5 }),
      'must move a whole number of times >= 1 a step, got 0.5',
    ],
    [
      'dynamics around one that does not fit',
      () => step({ dynamics: lookahead({ dynamics: alternating({ x: 2 }) }) }),
      'alternating: the game has no player "x"',
    ],
    [
      'unrolled through a balance',
      () =>
        step({
          game: gan({
            ...parts,
            critic: autoencoding(mlp.encoder({ shape: [2], dimensions: 2 })),
            loss: began(),
          }),
          dynamics: unrolled(),
        }),
      'unrolled: the slot "critic/loss" changes with every move',
    ],
    [
      'unrolled through a slot',
      () => step({ slots: { balance }, dynamics: unrolled() }),
      'unrolled: the slot "balance" changes with every move',
    ],
    [
      'a bound of weight 0',
      () => game({ loss: wasserstein(), criticTerms: { slope: gradientPenalty({ weight: 0 }) } }),
      'nothing bounds it',
    ],
    [
      'a bound on the generator',
      () => game({ loss: wasserstein(), generatorTerms: { slope: gradientPenalty() } }),
      'nothing bounds it',
    ],
    [
      'the better half of an unbounded loss',
      () => game({ loss: topK({ loss: wasserstein() }) }),
      'nothing bounds it',
    ],
    [
      'one of several critics unbounded',
      () =>
        step({
          game: multiCritic({
            ...parts,
            loss: wasserstein(),
            critics: { one: spectralNorm(critic), two: critic },
          }),
        }),
      "unless the two's slope is bounded",
    ],
    [
      'vectors for a loss of logits',
      () => game({ critic: { ...mlp.critic({ shape: [2], hidden: [4] }), outputs: 'vectors' } }),
      'gives vectors, but the loss takes logits: use a loss of vectors',
    ],
    [
      'latents moved by vectors',
      () => game({ loss: mmd(), latent: optimised({}, latent) }),
      'gan: these latents are moved towards what the critic takes for real (optimised), but this loss takes vectors',
    ],
    [
      'energies for a loss of logits',
      () => game({ critic: autoencoding(mlp.encoder({ shape: [2], dimensions: 2 })) }),
      'gives energies (low for data), but the loss takes logits: use a loss of energies',
    ],
    [
      'logits for a loss of energies',
      () => game({ loss: ebgan() }),
      'wrap an autoencoder in autoencoding(network)',
    ],
    [
      'features of a critic that has none',
      () =>
        game({
          critic: { init: critic.init, apply: critic.apply },
          generatorTerms: { match: featureMatching() },
        }),
      "needs the critic's features, but its network has no `features`: make it with sequential",
    ],
    [
      'a term that is a number',
      () => game({ criticTerms: { r1: 1 } }),
      `critic's term "r1": expected a function of a scene, such as r1(1), got number`,
    ],
    [
      'a term by the name of a statistic',
      () => game({ criticTerms: { real: r1() } }),
      `critic's term "real": this is what the game logs or carries by that name`,
    ],
    [
      'a pool without a shape',
      () => game({ pool: {} }),
      "critic's pool: expected the shape of a fake, such as [28, 28, 1], got undefined",
    ],
    ['a term every 0 steps', () => every(0, r1()), 'every: k must be a whole number of steps >= 1, got 0'],
    [
      'every so many steps nothing',
      () => every(4, undefined as never),
      'every: expected a term, such as every(4, r1(1)), got undefined',
    ],
    [
      'a share of 0',
      () => topK({ loss: nonSaturating(), share: 0 }),
      'topK: share must lie in (0, 1], got 0',
    ],
    [
      'a share over 1',
      () => topK({ loss: nonSaturating(), share: 1.5 }),
      'topK: share must lie in (0, 1], got 1.5',
    ],
    [
      'smoothing of both sides',
      () => minimax({ realLabel: 0.9, fakeLabel: 0.1 }),
      'the label of fakes must be 0, got 0.1. With labels a of data and b of fakes',
    ],
    ['least squares without a difference', () => leastSquares({ a: 1, b: 1 }), 'must differ, got 1 for both'],
    [
      'noise that moves beside a code',
      () => codedLatent({ noise: optimised({}, latent), categories: [2] }),
      'codedLatent: this noise is moved while training (optimised)',
    ],
    ['noise of no kind', () => codedLatent({ categories: [2] } as never), 'codedLatent: needs latents'],
    ['nothing to move', () => optimised({}, undefined as never), 'optimised: needs latents'],
    ['nothing to truncate', () => truncated(1, undefined as never), 'truncated: needs latents'],
    [
      'no moves to clip',
      () => clipByGlobalNorm(1, undefined as never),
      'clipByGlobalNorm: needs the optimizer whose moves it is about, such as adam(2e-4), got none',
    ],
    [
      'none to project',
      () => weightClipping(1, 0.1 as never),
      'weightClipping: needs the optimizer whose moves it is about, such as adam(2e-4), got number',
    ],
    [
      'the better half of nothing',
      () => topK({} as never),
      'topK: needs a loss, such as topK({ loss: nonSaturating() }), got undefined',
    ],
    [
      'a rate that is no number',
      () => sgd(Number.NaN),
      'sgd: the rate must be a number >= 0 or a schedule, got NaN',
    ],
    ['uphill', () => adam(-0.1), 'adam: the rate must be a number >= 0 or a schedule, got -0.1'],
    ['momentum without end', () => sgd(0.1, { momentum: 1 }), 'sgd: momentum must lie in (-1, 1), got 1'],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message)
  })
})

it('a bound that an optimizer keeps is seen through those around it', () => {
  const clipped = weightClipping(0.01, sgd(0.1))
  for (const optimizer of [clipped, clipByGlobalNorm(1, clipped), maxNorm(2, clipped)])
    step({ game: gan({ ...parts, loss: wasserstein() }), optimizer })
  expect(() =>
    step({ game: gan({ ...parts, loss: wasserstein() }), optimizer: maxNorm(2, sgd(0.1)) }),
  ).toThrow('nothing bounds it')
})

describe('what only parameters or batches tell is an error when they are there', () => {
  it.each([
    [
      'spectral norm twice',
      () => spectralNorm(spectralNorm(critic)),
      'spectralNorm: a part of the network has it already (memory "1/u" is there)',
    ],
    [
      'spectral norm of a network with it',
      () => spectralNorm(mlp.critic({ shape: [2], spectralNorm: true })),
      'a part of the network has it already',
    ],
    [
      'spectral norm over weight norm',
      () => spectralNorm(weightNorm(critic)),
      'take that as the outer one, weightNorm(spectralNorm(network))',
    ],
    [
      'spectral norm of no kernel',
      () => spectralNorm({ init: () => ({}), apply: critic.apply }),
      'has no parameter named "kernel"',
    ],
  ])('%s', (_, make, message) => {
    expect(() => game({ critic: make() }).init(1)).toThrow(message)
  })

  it('the other way round, weight norm over spectral norm, is fine', () => {
    const state = game({ loss: wasserstein(), critic: weightNorm(spectralNorm(critic)) }).init(1)
    expect(Object.keys(state.memory)).toContain('critic/1/u')
    release(tensorsOf(state as never))
  })

  const play = (name: string, over: object, n: number) => {
    const made = stepOf(name, over)
    const batch = {
      data: ones([n, 2]),
      target: ones([n, 2]),
      labels: tensor1d(Array<number>(n).fill(0), 'int32'),
    }
    return made.next(made.init(1), [batch])
  }
  const pack = (outputs?: number) => ({
    name: 'packed',
    rows: 2,
    critic: { name: 'mlp.critic', shape: [4], hidden: [4], ...(outputs && { outputs }) },
  })
  it.each([
    [
      'packs that do not divide a batch',
      () => play('gan', { critic: pack() }, 3),
      'packed: 2 rows are judged together, but the batch has 3; use batches of a multiple of 2',
    ],
    [
      'packs that are to have classes',
      () => play('acGan', { critic: pack(4) }, 4),
      'expected a row of logits for each of 4 labels, got [2,3]; a critic that judges several rows together (packed)',
    ],
    [
      'shares that do not divide a batch',
      () => play('multiGenerator', {}, 3),
      'use batches of a multiple of 2',
    ],
    [
      'a single row to compare',
      () => play('gan', { generatorTerms: { modes: 'modeSeeking' } }, 1),
      'modeSeeking: compares rows of a batch with each other, but got one row',
    ],
  ])('%s', (_, f, message) => {
    expect(f).toThrow(message)
  })

  it('modeSeeking on latents that are all alike is finite, and moves nothing', () => {
    const same = { dimensions: 3, draw: (_: unknown, n: number) => ones([n, 3]) }
    const seek = registry.make('regularizers', 'modeSeeking')
    const made = game({ latent: same, generatorTerms: { modes: seek } })
    const next = made.next(made.init(1), [{ data: ones([4, 2]) }])
    expect(next.stats.generator.modes!.dataSync()[0]).toBeCloseTo(1e5, 0)
    expect(Number.isFinite(next.stats.generator.cost!.dataSync()[0])).toBe(true)
  })
})
