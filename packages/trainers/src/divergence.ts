import type { Numbers } from './host.ts'
import type { NamedTensors } from './safetensors.ts'

/** Training left the numbers: some cost, parameter or optimizer state is NaN or infinite. */
export class DivergenceError extends Error {
  /** Whose cost or parameters. */
  readonly player: string
  /** Which part: the name of a statistic ("loss", "real", "r1", "cost"), or "params" or "optimizers" with the path. */
  readonly term: string
  /** Counted like `state.step`: 1 is the first step. */
  readonly step: number

  constructor(message: string, { player, term, step }: { player: string; term: string; step: number }) {
    super(message)
    this.name = 'DivergenceError'
    this.player = player
    this.term = term
    this.step = step
  }
}

const show = (x: number) => (Number.isFinite(x) ? Number(x.toPrecision(4)).toString() : String(x))

/**
 * What went wrong in a step's statistics, or undefined if all are finite. `before` are the last finite ones. A cost is the sum
 * of its terms and terms are functions of the networks' outputs, so the first bad entry in the order the player reports
 * them, its whole `cost` last, is the cause.
 */
export function diagnose(
  step: number,
  stats: Numbers,
  before: Numbers | undefined,
): DivergenceError | undefined {
  const bad = Object.entries(stats).flatMap(([player, own]) =>
    Object.entries(own)
      .filter(([, value]) => !Number.isFinite(value))
      .map(([term, value]) => ({ player, term, value })),
  )
  const first = bad[0]
  if (!first) return undefined
  const { player, term, value } = first
  const others = bad.slice(1).map(b => `${b.player}/${b.term}`)
  const last = before?.[player]?.[term]
  const past = last === undefined ? '' : ` (it was ${show(last)} a step earlier)`
  return new DivergenceError(
    `training diverged at step ${step}: ${player}/${term} is ${value}${past}${others.length > 0 ? `; so are ${others.join(', ')}` : ''}. ${advice(term, last)}`,
    { player, term, step },
  )
}

const advice = (term: string, last: number | undefined): string => {
  if (term === 'real' || term === 'fake')
    return last !== undefined && Math.abs(last) > 1e4
      ? "The critic's outputs grew without bound: lower the learning rate, or bound the critic (r1, gradient penalty, spectral norm)."
      : "The critic's outputs broke at once, so some player's parameters or the data did: a gradient was not finite (a square root or logarithm at 0 in a loss or regularizer), a learning rate is far too large, or a batch holds NaN."
  if (term === 'loss' || term === 'cost')
    return 'The outputs it is made of are finite, so the loss itself overflowed: lower the learning rate, or take a loss that stands large logits.'
  return `The term "${term}" itself is not finite: lower its weight or the learning rate, and look for a square root, logarithm or division at 0 in it.`
}

const firstBad = (data: ArrayLike<number>): number => {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return i
  return -1
}

/**
 * What is not finite among parameters and optimizer states about to be saved ("generator/0/kernel" -> numbers), or undefined.
 * Costs are of the point before a step's move, so finite costs do not vouch for the parameters after it.
 */
export function diagnoseTensors(
  step: number,
  branches: { readonly params: NamedTensors; readonly optimizers: NamedTensors },
): DivergenceError | undefined {
  for (const [branch, tensors] of Object.entries(branches))
    for (const [path, { data }] of tensors) {
      const at = firstBad(data)
      if (at < 0) continue
      const player = path.split('/')[0]!
      return new DivergenceError(
        `training diverged by step ${step}: ${branch}/${path} holds ${data[at]} at index ${at}, though the costs were still finite. A gradient was not finite (a square root or logarithm at 0 in a loss or regularizer), or the learning rate is too large.`,
        { player, term: `${branch}/${path}`, step },
      )
    }
  return undefined
}
