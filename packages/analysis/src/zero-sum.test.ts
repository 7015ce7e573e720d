import '@tensorflow/tfjs-backend-cpu'
import {
  bilinear,
  dirac,
  initPlayers,
  key,
  matchingPennies,
  matrixGame,
  prisonersDilemma,
  quadratic,
  rockPaperScissors,
} from '@equilibria/core'
import { gradientPenalty, hinge, minimax, nonSaturating, r1, r2, wasserstein } from '@equilibria/losses'
import { setBackend, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { zeroSum } from './zero-sum.ts'

beforeAll(() => setBackend('cpu'))

const seeds = [1, 2, 3]

describe('zeroSum', () => {
  it.each([
    [
      'bilinear',
      bilinear({
        matrix: [
          [1, 2],
          [3, 4],
        ],
      }),
      'exact',
    ],
    ['matching pennies', matrixGame(matchingPennies), 'exact'],
    ['rock, paper, scissors', matrixGame(rockPaperScissors), 'exact'],
    // Silence costs a year and the other's confession two, whatever the rest: no term of the sum is up to both.
    ['the prisoner’s dilemma', matrixGame(prisonersDilemma), 'strategic'],
    [
      'driving on one side of the road',
      matrixGame({
        a: [
          [1, 0],
          [0, 1],
        ],
        b: [
          [1, 0],
          [0, 1],
        ],
      }),
      'no',
    ],
  ] as const)('$0: $2', async (_name, game, verdict) => {
    const points = seeds.map(seed => initPlayers(game as never, key(seed)))
    expect((await zeroSum(game as never, points as never)).verdict).toBe(verdict)
  })

  it('matching pennies with every payoff raised by 2 is still a constant sum', async () => {
    const game = matrixGame({
      row: [
        [3, 1],
        [1, 3],
      ],
      column: [
        [1, 3],
        [3, 1],
      ],
    })
    const points = seeds.map(seed => initPlayers(game, key(seed)))
    expect((await zeroSum(game, points)).verdict).toBe('exact')
  })

  const at = (critic: number, generator: number) => ({
    critic: tensor1d([critic]),
    generator: tensor1d([generator]),
  })
  it.each([
    ['minimax', dirac({ loss: minimax() }), 'exact'],
    // The critic pays for its own slope, or for what only it moves: no gradient of the generator's.
    ['minimax with R1', dirac({ loss: minimax(), criticTerms: { r1: r1(1) } }), 'strategic'],
    [
      'wasserstein with R2, whose slope is the same everywhere',
      dirac({ loss: wasserstein({ unbounded: true }), criticTerms: { r2: r2(1) } }),
      'strategic',
    ],
    [
      'wasserstein with a gradient penalty',
      dirac({ loss: wasserstein({ unbounded: true }), criticTerms: { gp: gradientPenalty({ weight: 1 }) } }),
      'strategic',
    ],
    ['non-saturating', dirac({ loss: nonSaturating() }), 'no'],
    ['hinge', dirac({ loss: hinge() }), 'no'],
  ] as const)('Dirac-GAN, $0: $2', async (_name, game, verdict) => {
    expect((await zeroSum(game, [at(1.5, -0.7), at(-0.4, 2), at(0.9, 1.1)])).verdict).toBe(verdict)
  })

  it('three players: what each adds that it cannot influence is strategic, what all influence is not', async () => {
    const e = (i: number, j: number, size = 1) =>
      [0, 1, 2].map(r => [0, 1, 2].map(c => ((r === i && c === j) || (r === j && c === i) ? size : 0)))
    const game = (third: number[][]) =>
      quadratic({ costs: { a: { matrix: e(0, 1) }, b: { matrix: e(0, 1, -1) }, c: { matrix: third } } })
    const at = seeds.map(seed => initPlayers(game(e(0, 1)), key(seed)))
    expect((await zeroSum(game(e(2, 2, 0)), at)).verdict).toBe('exact')
    // Pairs of players always miss the third.
    expect((await zeroSum(game(e(1, 2)), at)).verdict).toBe('strategic')
  })

  it('needs two points that differ in every player: others tell nothing, whatever the game', async () => {
    await expect(zeroSum(bilinear(), [])).rejects.toThrow('expected two or more points of the game, got 0')
    const game = dirac({ loss: hinge() })
    const differ = 'give points that differ in every player'
    const p = at(1.5, -0.7)
    await expect(zeroSum(game, [p, p])).rejects.toThrow(`points 0 and 1 agree in "critic"`)
    await expect(zeroSum(game, [p, at(1.5, 2)])).rejects.toThrow(differ)
    await expect(zeroSum(game, [p, at(-0.4, 2), at(0.9, 2)])).rejects.toThrow(
      'points 1 and 2 agree in "generator"',
    )
    // One number of many is enough.
    const two = matrixGame(matchingPennies)
    const logits = (x: number, y: number) => ({ row: tensor1d([x, 0.1]), column: tensor1d([0.2, y]) })
    expect((await zeroSum(two, [logits(1, 2), logits(2, 1)])).verdict).toBe('exact')
    await expect(zeroSum(game, [p, undefined as never])).rejects.toThrow('point 1 is undefined')
    await expect(zeroSum(game, [p, { critic: p.critic } as never])).rejects.toThrow(
      'expected points with parameters for critic, generator; point 1 has none for "generator"',
    )
  })
})
