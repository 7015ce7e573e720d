// Finite games in mixed strategies. In the prisoner's dilemma both come to confess, whatever the dynamics; matching pennies and rock, paper, scissors have
// equilibria at which every action is as likely, about which simultaneous moves circle: extragradient goes there.
import { matrixExploitability } from '@equilibria/analysis'
import {
  extragradient,
  matchingPennies,
  matrixGame,
  type Payoffs,
  prisonersDilemma,
  rockPaperScissors,
  simultaneous,
} from '@equilibria/core'
import { played } from './played.ts'

export const steps = 200

/** The mixed strategies of the two players of these logits. */
const strategiesOf = (logits: readonly number[]) => {
  const half = logits.length / 2
  const [row, column] = [logits.slice(0, half), logits.slice(half)].map(own => {
    const powers = own.map(Math.exp)
    return powers.map(p => p / powers.reduce((a, b) => a + b, 0))
  })
  return { row: row!, column: column! }
}

export async function run(budget = steps) {
  const outcome = async (payoffs: Payoffs, dynamics = extragradient()) => {
    const { end } = await played(matrixGame(payoffs), { dynamics, rate: 1.4, steps: budget })
    const strategies = strategiesOf(end)
    // What the two could gain by a better answer to each other: 0 at an equilibrium alone.
    return { ...strategies, gain: matrixExploitability(payoffs, strategies).total }
  }
  const dilemma = await outcome(prisonersDilemma)
  return {
    confess: Math.min(dilemma.row[1]!, dilemma.column[1]!),
    dilemma: dilemma.gain,
    pennies: (await outcome(matchingPennies)).gain,
    rockPaperScissors: (await outcome(rockPaperScissors)).gain,
    simultaneous: (await outcome(rockPaperScissors, simultaneous())).gain,
  }
}
