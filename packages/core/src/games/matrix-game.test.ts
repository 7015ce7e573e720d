import { tensor1d, zeros } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import {
  makeStep,
  matchingPennies,
  matrixGame,
  mixedStrategy,
  prisonersDilemma,
  rockPaperScissors,
  scoped,
  sgd,
  simultaneous,
} from '../index.ts'
import { look, onCpu, values } from './games.fixture.ts'

onCpu()

const softmax = (logits: readonly number[]) => {
  const powers = logits.map(Math.exp)
  const total = powers.reduce((a, b) => a + b, 0)
  return powers.map(p => p / total)
}

describe('matrixGame', () => {
  it('costs each player minus its expected payoff, any number of players', () => {
    const table = (f: (i: number, j: number, k: number) => number) =>
      [0, 1].map(i => [0, 1, 2].map(j => [0, 1].map(k => f(i, j, k))))
    const gets = {
      a: (i: number, j: number, k: number) => i + 2 * j - k,
      b: (i: number, j: number, k: number) => i * j * k,
      c: (i: number, j: number, k: number) => (i === k ? j : -1),
    }
    const game = matrixGame({ a: table(gets.a), b: table(gets.b), c: table(gets.c) })
    const logits = { a: [0.3, -1], b: [0, 1, 0.5], c: [2, 1] }
    const [p, q, r] = [softmax(logits.a), softmax(logits.b), softmax(logits.c)]
    const at = { a: tensor1d(logits.a), b: tensor1d(logits.b), c: tensor1d(logits.c) }
    for (const who of ['a', 'b', 'c'] as const) {
      let expected = 0
      for (const i of [0, 1])
        for (const j of [0, 1, 2])
          for (const k of [0, 1]) expected += p[i]! * q[j]! * r[k]! * gets[who](i, j, k)
      const { cost, stats } = look(game, who, at, null)
      expect(values(cost)[0], who).toBeCloseTo(-expected, 5)
      expect(values(stats.payoff!)[0], who).toBeCloseTo(expected, 5)
    }
  })

  it.each([
    ['matchingPennies', matchingPennies, 2],
    ['rockPaperScissors', rockPaperScissors, 3],
  ] as const)('%s: uniform play is an equilibrium, worth nothing', (_, payoffs, n) => {
    const game = matrixGame(payoffs)
    const at = { row: zeros([n]), column: zeros([n]) }
    for (const who of ['row', 'column'] as const) {
      const { cost, grads } = look(game, who, at, null)
      expect(values(cost)[0]).toBeCloseTo(0, 6)
      for (const g of values(grads as never)) expect(g).toBeCloseTo(0, 6)
    }
    // No pure equilibrium: in each cell somebody would rather have played something else.
    const [row, column] = [payoffs.row, payoffs.column] as number[][][]
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        expect(row![i]![j]! + column![i]![j]!).toBeCloseTo(0)
        const better = row!.some(r => r[j]! > row![i]![j]!) || column![i]!.some(v => v > column![i]![j]!)
        expect(better).toBe(true)
      }
  })

  it("the prisoner's dilemma ends in both confessing, the worse for both", async () => {
    const step = makeStep({ game: matrixGame(prisonersDilemma), dynamics: simultaneous(), optimizer: sgd(4) })
    let state = step.init(1)
    for (let i = 0; i < 100; i++) state = scoped(() => step.next(state, [null]))
    for (const who of ['row', 'column']) {
      const confesses = values(mixedStrategy(state.params[who]!))[1]!
      expect(confesses, who).toBeGreaterThan(0.98)
      expect(values(state.stats[who]!.payoff!)[0], who).toBeCloseTo(-2, 1)
    }
    const [row, column] = [prisonersDilemma.row, prisonersDilemma.column] as number[][][]
    expect([row![0]![0]! > row![1]![1]!, column![0]![0]! > column![1]![1]!]).toEqual([true, true])
    expect(row![0]![1]! + column![0]![1]!).not.toBe(row![0]![0]! + column![0]![0]!)
  })

  it.each([
    [{}, {}, 'matrixGame: expected a table of payoffs for each player, got none'],
    [
      { row: [[1, 2]], column: [[1], [2]] },
      {},
      "matrixGame: expected every player's payoffs to have one shape, with an axis for each of row, column, got [2,1] for column",
    ],
    [{ row: [1, 2], column: [1, 2] }, {}, 'got [2] for row'],
    [{ row: [[1, 2], [3]] }, {}, 'matrixGame: payoffs.row[1]: expected shape [2] like the others, got [1]'],
    [{ row: [[1, Number.NaN]] }, {}, 'matrixGame: payoffs.row[0][1]: expected lists of finite numbers'],
    [
      { row: [1, 2] },
      { from: { row: [1] } },
      'matrixGame: from.row: expected a list of 2 finite numbers, got [1]',
    ],
  ])('refuses %j, %j', (payoffs, options, message) => {
    expect(() => matrixGame(payoffs as never, options)).toThrow(message)
  })
})
