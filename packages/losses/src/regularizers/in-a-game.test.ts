import '@tensorflow/tfjs-backend-cpu'
import {
  alternating,
  type Batch,
  dirac,
  gan,
  gaussianLatent,
  leaves,
  makeStep,
  type Network,
  normal,
  optimised,
  type Params,
  type Regularizer,
  release,
  type State,
  sgd,
  simultaneous,
  tensorsOf,
} from '@equilibria/core'
import { add, matMul, memory, reshape, setBackend, type Tensor, tanh } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import * as losses from '../index.ts'
import { nonSaturating } from '../non-saturating.ts'
import { lossesPlugin } from '../plugin.ts'
import { every } from './every.ts'
import { featureMatching } from './feature-matching.ts'
import { historicalAveraging } from './historical-averaging.ts'
import { improvedConsistency } from './improved-consistency.ts'
import { latentTransport } from './latent-transport.ts'
import { leCam } from './le-cam.ts'
import { modeSeeking } from './mode-seeking.ts'
import { pathLength } from './path-length.ts'
import { read } from './scene.fixture.ts'

beforeAll(() => setBackend('cpu'))

type Weights = { readonly first: Tensor; readonly second: Tensor }
const generator: Network<Tensor, Tensor, Weights> = {
  init: k => ({ first: normal([k[0], 1], [2, 8]), second: normal([k[0], 2], [8, 3]) }),
  apply: ({ first, second }, z) => matMul(tanh(matMul(z, first)), second),
}
const plainCritic: Network<Tensor, Tensor, Weights> = {
  init: k => ({ first: normal([k[0], 3], [3, 8]), second: normal([k[0], 4], [8, 1]) }),
  apply: ({ first, second }, x) => reshape(matMul(tanh(matMul(x, first)), second), [-1]),
}
const critic: Network<Tensor, Tensor, Weights> = {
  ...plainCritic,
  features: ({ first }, x) => [tanh(matMul(x, first))],
}
const parts = {
  generator: generator as unknown as Network,
  critic: critic as unknown as Network,
  latent: gaussianLatent(2),
  loss: nonSaturating(),
}
const batch = (step: number): Batch => ({ data: normal([9, step], [6, 3]) })

/** Plays some steps, watching; states are released as they go. */
async function play(extra: object, steps: number, watch: (state: State, before: State) => Promise<void>) {
  const step = makeStep({ game: gan({ ...parts, ...extra }), dynamics: alternating(), optimizer: sgd(0.05) })
  let state = step.init(3) as unknown as State
  const counts: number[] = []
  for (let i = 0; i < steps; i++) {
    const next = step.next(state as never, [batch(i)]) as unknown as State
    await watch(next, state)
    release(tensorsOf(state), tensorsOf(next))
    state = next
    counts.push(memory().numTensors)
  }
  return { state, counts }
}
const slotOf = (state: State, name: string, path: string) =>
  read((state.slots[name] as unknown as Record<string, Tensor>)[path]!)

describe('terms with state, in a game', () => {
  it("leCam's anchors are moving averages of the logged outputs of the critic", async () => {
    let [real, fake] = [0, 0]
    await play({ criticTerms: { leCam: leCam({ decay: 0.9 }) } }, 5, async state => {
      real = 0.9 * real + 0.1 * (await read(state.stats.critic!.real!))
      fake = 0.9 * fake + 0.1 * (await read(state.stats.critic!.fake!))
      expect(await slotOf(state, 'critic/leCam', 'real')).toBeCloseTo(real, 5)
      expect(await slotOf(state, 'critic/leCam', 'fake')).toBeCloseTo(fake, 5)
    })
  })

  it('pathLength under every moves its mean at every k-th step only', async () => {
    const lengths: number[] = []
    await play({ generatorTerms: { path: every(3, pathLength({ decay: 0.5 })) } }, 6, async state => {
      lengths.push(await slotOf(state, 'generator/path', 'length'))
    })
    expect(lengths.slice(0, 2)).toEqual([0, 0])
    expect(lengths[2]).toBeGreaterThan(0)
    expect(lengths.slice(3, 5)).toEqual([lengths[2], lengths[2]])
    expect(lengths[5]).not.toBe(lengths[2])
  })

  it('historicalAveraging keeps the mean of all parameters so far', async () => {
    const history: number[][] = []
    const flat = async (params: Params) =>
      (await Promise.all(leaves<Tensor>(params).map(t => t.data()))).flatMap(d => [...d])
    await play({ generatorTerms: { past: historicalAveraging(0.1) } }, 4, async (state, before) => {
      if (history.length === 0) history.push(await flat(before.params.generator!))
      history.push(await flat(state.params.generator!))
      const mean = await flat((state.slots['generator/past'] as unknown as { mean: Params }).mean)
      for (const [i, m] of mean.entries())
        expect(m).toBeCloseTo(history.reduce((s, h) => s + h[i]!, 0) / history.length, 5)
    })
  })

  it('keep the number of tensors constant', async () => {
    const criticTerms = {
      leCam: leCam(),
      past: historicalAveraging(),
      ...improvedConsistencyOfPoints.criticTerms,
    }
    const generatorTerms = {
      path: every(2, pathLength()),
      features: featureMatching(),
      modes: modeSeeking(),
      ...improvedConsistencyOfPoints.generatorTerms,
      transport: latentTransport(),
    }
    const latent = optimised({}, gaussianLatent(2))
    const { state: last, counts } = await play({ criticTerms, generatorTerms, latent }, 8, async () => {})
    // A batch is made a step and left to the test.
    expect(counts.map((c, i) => c - i).slice(2)).toEqual(counts.slice(2).map(() => counts[2]! - 2))
    const values = await Promise.all(leaves<Tensor>(tensorsOf(last)).map(t => t.data()))
    expect(values.every(v => v.every(Number.isFinite))).toBe(true)
  })
})

const improvedConsistencyOfPoints = improvedConsistency({
  real: 1,
  fake: 1,
  critic: 1,
  generator: 0.1,
  augmentation: (x, k) => add(x, normal(k, x.shape, 0, 0.1)),
})

// Everything by whose name a term can be had.
const makers = Object.entries(losses).filter(([name]) => name in lossesPlugin.regularizers)
it('all makers of terms are tried', () =>
  expect(makers.length).toBe(Object.keys(lossesPlugin.regularizers).length))

describe('wrong combinations are errors when the game is made', () => {
  it('a term of features with a critic that has none', () => {
    expect(() =>
      gan({
        ...parts,
        critic: plainCritic as unknown as Network,
        generatorTerms: { match: featureMatching() },
      }),
    ).toThrow(`generator's term "match" needs the critic's features, but its network has no \`features\``)
  })

  it('a term that is no function', () => {
    const given = { r1: 1 as unknown as Regularizer }
    expect(() => gan({ ...parts, criticTerms: given })).toThrow(
      `critic's term "r1": expected a function of a scene, such as r1(1), got number`,
    )
  })

  it.each(makers)('%s where it was to be called', (name, make) => {
    const given = { term: make as unknown as Regularizer }
    for (const terms of ['criticTerms', 'generatorTerms'])
      expect(() => gan({ ...parts, [terms]: given })).toThrow(
        `${terms.slice(0, -5)}'s term "term": got ${name}, which makes terms, instead of a term: call it, as in ${name}(...)`,
      )
  })

  it('terms that are no record', () => {
    expect(() => gan({ ...parts, criticTerms: improvedConsistency as never })).toThrow(
      "critic's terms: expected a record of terms by name, such as { r1: r1(1) }, got function",
    )
  })

  it('two slots of one name', () => {
    const game = gan({ ...parts, criticTerms: { leCam: leCam() } })
    const slot = { init: () => ({}), next: () => ({}) }
    expect(() =>
      makeStep({ game, dynamics: simultaneous(), optimizer: sgd(1), slots: { 'critic/leCam': slot } }),
    ).toThrow('the slot "critic/leCam" is one that the game brings along')
  })

  it('modeSeeking on single rows', () => {
    const step = makeStep({
      game: dirac({ loss: nonSaturating(), generatorTerms: { modes: modeSeeking() } }),
      dynamics: simultaneous(),
      optimizer: sgd(1),
    })
    expect(() => step.next(step.init(1), [null])).toThrow(
      'modeSeeking: compares rows of a batch with each other, but got one row',
    )
  })
})
