import '@tensorflow/tfjs-backend-cpu'
import {
  add,
  matMul,
  mean,
  mul,
  reshape,
  type Scalar,
  scalar,
  setBackend,
  square,
  type Tensor,
  tensor,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  gan,
  gaussianLatent,
  type Loss,
  makeStep,
  type Network,
  type Now,
  normal,
  type Players,
  type Regularizer,
  type Scene,
  sgd,
  simultaneous,
  slotsOf,
  termMaker,
} from '../index.ts'

beforeAll(() => setBackend('cpu'))

const linear = (inputs: number, outputs: number): Network => ({
  init: k => normal(k, [inputs, outputs]),
  apply: (w, x) => reshape(matMul(x, w as Tensor), outputs === 1 ? [-1] : [-1, outputs]),
})
const loss: Loss = {
  critic: (real, fake) => mean(square(add(real, fake))) as Scalar,
  generator: fake => mean(fake) as Scalar,
}
const parts = { generator: linear(2, 3), critic: linear(3, 1), latent: gaussianLatent(2), loss }
const data = tensor([1, 2, 3, 4, 5, 6], [2, 3])
const value = async (t: unknown) => (await (t as Tensor).data())[0]!
const stepOf = (extra: object) =>
  makeStep({ game: gan({ ...parts, ...extra }), dynamics: simultaneous(), optimizer: sgd(0.1) })

describe('a scene', () => {
  it('shows latents, and the generator that made the fakes of them', async () => {
    const scenes: Scene[] = []
    const apart: Regularizer = scene => {
      scenes.push(scene)
      return mean(square(add(scene.fake, mul(-1, scene.generate!(scene.latents!))))) as Scalar
    }
    const step = stepOf({ criticTerms: { apart }, generatorTerms: { apart } })
    const start = step.init(1)
    const { stats } = step.next(start, [{ data }])
    expect(await value(stats.critic.apart)).toBe(0)
    expect(scenes[0]!.latents!.shape).toEqual([2, 2])
    expect(scenes.map(s => s.own)).toEqual([start.params.critic, start.params.generator])
    expect(scenes[0]!.features).toBeUndefined()
  })

  it("shows the critic's features where it has some, and computes its outputs once for the loss and all terms", async () => {
    let calls = 0
    const critic: Network = {
      ...parts.critic,
      apply: (w, x, context) => {
        calls++
        return parts.critic.apply(w, x, context)
      },
      features: (_, x) => [mul(x, 2)],
    }
    const term: Regularizer = ({ onReal, onFake, features, real }) =>
      add(mean(features!(real)[0]!), mul(0, mean(add(onReal(), onFake())))) as Scalar
    const step = stepOf({ critic, criticTerms: { a: Object.assign(term, { needs: ['features'] }), b: term } })
    const { stats } = step.next(step.init(1), [{ data }])
    expect(await value(stats.critic.a)).toBeCloseTo(7, 5)
    // Two for the critic's turn, one for the generator's.
    expect(calls).toBe(3)
  })
})

describe('state that a term brings along', () => {
  const seen: { init: Players[]; next: Now[] } = { init: [], next: [] }
  const counting: Regularizer = Object.assign(
    (({ slot, real }) => ({
      cost: mul(0, (slot as { count: Tensor }).count) as Scalar,
      aux: { mean: mean(real) },
    })) as Regularizer,
    {
      slot: {
        init: (players: Players) => {
          seen.init.push(players)
          return { count: scalar(0) }
        },
        next: (state: unknown, now: Now) => {
          seen.next.push(now)
          return { count: add((state as { count: Tensor }).count, 1) }
        },
      },
    },
  )
  const game = () => gan({ ...parts, criticTerms: { counting } })

  it('is in the state under player/term, and is shown its player and what its term handed out', async () => {
    const step = makeStep({ game: game(), dynamics: simultaneous(), optimizer: sgd(0.1) })
    const first = step.init(1)
    expect(Object.keys(first.slots)).toEqual(['critic/counting'])
    expect(seen.init.map(p => Object.keys(p))).toEqual([['critic']])
    const second = step.next(step.next(first, [{ data }]), [{ data }])
    expect(await value((second.slots['critic/counting'] as { count: Tensor }).count)).toBe(2)
    expect(Object.keys(seen.next[0]!.params)).toEqual(['critic'])
    expect(Object.keys(seen.next[0]!.own as object)).toEqual(['mean'])
  })

  it('says of itself what its slot says', () => {
    const still = Object.assign((() => scalar(0)) as Regularizer, {
      slot: { still: true, init: () => ({}), next: () => ({}) },
    })
    expect(slotsOf(gan({ ...parts, criticTerms: { still } }))['critic/still']!.still).toBe(true)
  })

  it('is not to be hidden by a slot of the same name', () => {
    const slots = { 'critic/counting': slotsOf(game())['critic/counting']! }
    expect(() => makeStep({ game: game(), dynamics: simultaneous(), optimizer: sgd(1), slots })).toThrow(
      'the slot "critic/counting" is one that the game brings along: give yours another name',
    )
  })

  it('missing from a turn is an error that says where it comes from', () => {
    const { cost } = game().critic
    const turn = {
      batch: { data },
      key: [0, 1],
      clock: { step: scalar(0), due: () => true },
      memory: {},
      slots: {},
    }
    expect(() =>
      cost({ critic: normal([1, 1], [3, 1]), generator: normal([1, 2], [2, 3]) }, turn as never),
    ).toThrow(
      `critic's term "counting" carries state, but the turn has no slot "critic/counting"; makeStep puts it there`,
    )
  })
})

describe('terms are refused when the game is made', () => {
  it.each([['features', "needs the critic's features, but its network has no `features`"]] as const)(
    'where the game has no %s',
    (need, message) => {
      const term = Object.assign((() => scalar(0)) as Regularizer, { needs: [need] })
      expect(() => gan({ ...parts, criticTerms: { term } })).toThrow(`critic's term "term" ${message}`)
    },
  )

  it('where they make terms instead of being some', () => {
    const twice = termMaker(
      'twice',
      (weight: number): Regularizer =>
        () =>
          scalar(weight),
    )
    expect(() => gan({ ...parts, criticTerms: { twice: twice as never } })).toThrow(
      `critic's term "twice": got twice, which makes terms, instead of a term: call it, as in twice(...)`,
    )
    gan({ ...parts, criticTerms: { twice: twice(2) } })
  })

  it('where they are no functions', () => {
    expect(() => gan({ ...parts, generatorTerms: { r2: {} as Regularizer } })).toThrow(
      `generator's term "r2": expected a function of a scene, such as r1(1), got object`,
    )
  })
})

describe('a term that gives no cost is an error at its first turn', () => {
  const play = (term: unknown) => () => {
    const step = stepOf({ criticTerms: { term } })
    return step.next(step.init(1), [{ data }])
  }

  it('a function that was to be called', () => {
    const drift = (): Regularizer => () => scalar(0)
    expect(play(drift)).toThrow(
      `critic's term "term" gave a function, as what makes terms does: call it, as in drift(...)`,
    )
  })

  it.each([
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a number', 1, 'number'],
    ['statistics alone', { aux: {} }, 'object'],
  ])('%s', (_, given, type) => {
    expect(play(() => given)).toThrow(
      `critic's term "term" gave ${type}: expected a scalar, or { cost, aux } with a scalar cost`,
    )
  })
})
