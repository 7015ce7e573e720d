import '@tensorflow/tfjs-backend-cpu'
import { type Engine, eager, mapTree, type Players, type State } from '@equilibria/core'
import { mul, scalar, setBackend, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { compare, expectAgreement } from './compare.fixture.ts'
import { kindsLeftOut, losses } from './subjects.fixture.ts'

beforeAll(() => setBackend('cpu'))

/** Eager, but for what `change` makes of the states. */
const engineWith = (
  change: <P extends Players>(state: State<P>) => State<P>,
  notes: string[] = [],
): Engine => ({
  name: 'changed',
  prepare: async step => ({
    name: 'changed',
    notes,
    advance: (state, batches) => tidy(() => change(step.next(state, batches)) as never) as typeof state,
  }),
})

const subject = () => losses.find(({ title }) => title === 'nonSaturating')!.make()
const found = (engine: Engine) => compare(engine, subject(), { n: 4, states: 2 })
const by = (factor: number) => (x: Tensor) => mul(x, factor)
const wrong = async (part: 'stats' | 'params' | 'optimizers') =>
  expectAgreement(
    await found(engineWith(state => ({ ...state, [part]: mapTree(by(1.001), state[part] as never) }))),
  )

test('every kind of value that a step is made of has its table', () => {
  // Augmentations are parts of regularizers; loggers only look.
  expect(kindsLeftOut()).toEqual(['augmentations', 'loggers'])
})

test('compare finds nothing wrong with eager', async () => {
  const { seen, ...apart } = await found(eager())
  expect(apart).toEqual({ stats: 0, gradients: 0, state: 0 })
  expect(seen['critic/cost']).toBeGreaterThan(0)
})

test('compare finds costs, gradients and moves that differ', async () => {
  await expect(wrong('stats')).rejects.toThrow('statistics')
  await expect(wrong('optimizers')).rejects.toThrow('gradients')
  await expect(wrong('params')).rejects.toThrow('the next state')
})

test('compare finds what is not compiled, missing, not finite or left behind', async () => {
  await expect(found(engineWith(state => state, ['it runs eagerly']))).rejects.toThrow('it runs eagerly')
  await expect(found(engineWith(state => ({ ...state, slots: { more: scalar(1) } })))).rejects.toThrow('more')
  await expect(
    found(engineWith(state => ({ ...state, stats: mapTree(by(Number.NaN), state.stats as never) as never }))),
  ).rejects.toThrow('compiled NaN')
  const kept: Engine = {
    name: 'kept',
    prepare: async step => ({
      name: 'kept',
      advance: (state, batches) => {
        scalar(1)
        return step.next(state, batches)
      },
    }),
  }
  await expect(found(kept)).rejects.toThrow('1 tensors were left behind')
})
