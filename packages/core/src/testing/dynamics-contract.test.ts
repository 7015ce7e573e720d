import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { mul, scalar, setBackend, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { corePlugin } from '../core-plugin.ts'
import { simultaneous, simultaneousMove } from '../dynamics/simultaneous.ts'
import type { Dynamics } from '../dynamics.ts'
import { adam } from '../optimizers/adam.ts'
import { sgd } from '../optimizers/sgd.ts'
import { createRegistry } from '../plugin.ts'
import { leaves, mapTree } from '../tree.ts'
import { dynamicsContract } from './dynamics-contract.ts'

const registry = createRegistry()
registry.use(corePlugin)

/** Options for those that have some without a default, and for those whose cycle is longer than the contract's. */
const specs: Record<string, object> = {
  twoTimeScale: { factors: { critic: 4 } },
  fictitiousPlay: { pool: 2, every: 3 },
  bestResponseAveraging: { moves: 2, weight: 0.5 },
  lossBalanced: { margin: 0.1, cap: 2 },
  competitive: { iterations: 2 },
  unrolled: { steps: 2 },
}
const make = (name: string, options: object = {}) =>
  registry.make('dynamics', { name, ...specs[name], ...options })

describe.each(['cpu', 'wasm'])('dynamics on %s', backend => {
  beforeAll(() => setBackend(backend))

  it.each(registry.names('dynamics'))('%s keeps the contract', async name => {
    expect(await dynamicsContract(make(name))).toEqual([])
  })
})

describe('dynamics', () => {
  beforeAll(() => setBackend('cpu'))

  it.each(registry.names('dynamics'))('%s keeps the contract with three players and momentum', async name => {
    const players = ['critic', 'generator', 'encoder']
    expect(await dynamicsContract(make(name), { players, optimizer: sgd(0.05, { momentum: 0.5 }) })).toEqual(
      [],
    )
  })

  it.each(registry.names('dynamics'))('%s keeps the contract with Adam', async name => {
    const inner = name === 'unrolled' ? { inner: { name: 'sgd', rate: 0.05 } } : {}
    expect(await dynamicsContract(make(name, inner), { optimizer: adam(0.01) })).toEqual([])
  })

  it.each(
    registry
      .names('dynamics')
      .filter(name => !['competitive', 'unrolled', 'alternating', 'twoTimeScale'].includes(name)),
  )('%s keeps the contract with a single player', async name => {
    expect(await dynamicsContract(make(name), { players: ['descender'] })).toEqual([])
  })
})

describe('the contract finds', () => {
  beforeAll(() => setBackend('cpu'))
  const broken = (step: Dynamics['step'], over: Partial<Dynamics> = {}): Dynamics => ({
    ...simultaneous(),
    ...over,
    step,
  })
  let calls = 0

  it.each<[string, Dynamics, RegExp]>([
    [
      'a read',
      broken((field, optimizers, moves, state) => {
        leaves<Tensor>(moves.params)[0]!.dataSync()
        return [simultaneousMove(field, optimizers, moves), state]
      }),
      /reads: a step read the values of 1 tensors/,
    ],
    [
      'hidden state',
      broken((field, optimizers, moves, state) => [
        simultaneousMove((who, at) => field(who, at, calls++), optimizers, moves),
        state,
      ]),
      /purity: the same state gave two results/,
    ],
    [
      'a state that grows',
      broken(
        (field, optimizers, moves, state) => [
          simultaneousMove(field, optimizers, moves),
          { past: [...(state as { past: Tensor[] }).past, scalar(1)] },
        ],
        { init: () => ({ past: [] }) },
      ),
      /state: a step changed its structure/,
    ],
    [
      'a player left out',
      broken((field, optimizers, moves, state) => [
        {
          ...moves,
          params: { ...simultaneousMove(field, optimizers, moves).params, critic: moves.params.critic! },
        },
        state,
      ]),
      /"critic" did not move/,
    ],
    [
      'a projection undone',
      broken((field, optimizers, moves, state) => {
        const { params, ...rest } = simultaneousMove(field, optimizers, moves)
        return [{ ...rest, params: mapTree((p: Tensor) => mul(p, 1.5), params) as typeof params }, state]
      }),
      /projection: step 1 left the set in which optimizers keep parameters/,
    ],
    ['draws that are none', { ...simultaneous(), draws: 0 }, /draws: expected a whole number >= 1, got 0/],
  ])('%s', async (_, dynamics, failure) => {
    expect((await dynamicsContract(dynamics)).join('\n')).toMatch(failure)
  })
})
