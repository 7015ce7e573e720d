import {
  add,
  exp,
  logSumExp,
  mean,
  mul,
  neg,
  type Scalar,
  square,
  sub,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { checkNumber } from '../check.ts'
import { type Game, type Turn, trainingContext } from '../game.ts'
import { expectStill } from '../latent.ts'
import { type Code, type CodedLatent, codeColumns } from '../latents/coded.ts'
import type { Network } from '../network.ts'
import type { Params } from '../tree.ts'
import { adversarial, type Bout } from './adversarial.ts'
import { columns, expectColumns, logitColumn } from './classes.ts'
import { type Batch, type GanParts, type GanPlayers, generated } from './gan.ts'

/** The players of InfoGAN; no `recognizer` where the critic has its head. */
export type InfoGanPlayers = GanPlayers & { readonly recognizer?: Params }

/** What InfoGAN is made of. */
export interface InfoGanParts extends GanParts {
  /** Noise and code: `codedLatent`. */
  readonly latent: CodedLatent
  /**
   * Q, which tells the code from generated rows: rows -> [n, width], logits of each categorical code, then a mean and then a
   * log-deviation for each continuous one. Absent: the critic gives [n, 1 + width], a logit and Q's outputs.
   */
  readonly recognizer?: Network | undefined
  /** Lambda, the weight of the information; 1 unless given. */
  readonly weight?: number
}

/** How many numbers a row Q gives for a code. */
export const recognizerWidth = (code: Code): number => codeColumns(code) + code.continuous

/**
 * L_I, the lower bound E log Q(c|x) + H(c) of the mutual information between code and generated rows, in nats: Q's outputs
 * [n, width] for rows that were generated from `latents` [n, dimensions]. Categorical codes are worth at most log(size) each.
 * Source: Chen et al. 2016 (arXiv 1606.03657), equation 5.
 */
export function codeInformation({ categories, continuous }: Code, outputs: Tensor, latents: Tensor): Scalar {
  let from = latents.shape[1]! - codeColumns({ categories, continuous })
  let at = 0
  const gains: Tensor[] = categories.map(size => {
    const [code, logits] = [columns(latents, from, size), columns(outputs, at, size)]
    from += size
    at += size
    return add(Math.log(size), sub(sum(mul(code, logits), 1), logSumExp(logits, 1)))
  })
  if (continuous > 0) {
    const code = columns(latents, from, continuous)
    const logDeviation = columns(outputs, at + continuous, continuous)
    const error = mul(sub(code, columns(outputs, at, continuous)), exp(neg(logDeviation)))
    const logDensity = sub(neg(logDeviation), add(mul(0.5, square(error)), 0.5 * Math.log(2 * Math.PI)))
    gains.push(sum(add(Math.LN2, logDensity), 1))
  }
  return gains.reduce<Scalar>((total, gain) => add(total, mean(gain)), mean(mul(0, gains[0]!)))
}

/**
 * InfoGAN, for any loss: the generator, besides the adversarial game, makes rows from which Q can tell the code that they were
 * generated from; the `recognizer`, a third player that cooperates with it, learns to tell. Both minimise -weight L_I
 * (`codeInformation`). Where there is no recognizer Q is a head of the critic, whose cost has the same term.
 * Statistics: those of `gan`, and `recognition`, -weight L_I.
 * Source: Chen et al. 2016 (arXiv 1606.03657), equation 6.
 * Throws on latents without a code or that are moved (`optimised`), a weight < 0 and, at the first step, on outputs of another width.
 */
export function infoGan({
  generator,
  critic,
  recognizer,
  latent,
  loss,
  weight = 1,
  criticTerms,
  generatorTerms,
}: InfoGanParts): Game<InfoGanPlayers, Batch> {
  if (!latent?.code)
    throw new Error('infoGan: needs latents with a code, codedLatent({ noise, categories, continuous })')
  expectStill('infoGan', latent, 'a code must stay what it is for Q to tell it')
  checkNumber('infoGan: weight', weight)
  const width = recognizerWidth(latent.code)
  const what = `${width} for the code`
  const show = (all: InfoGanPlayers, turn: Turn<Batch>) => ({
    real: turn.batch.data,
    labels: turn.batch.labels,
    ...generated(generator, latent, all.generator, turn),
  })
  const logits = (outputs: Tensor) => logitColumn('infoGan', outputs, 1 + width, `a logit and ${what}`)
  const play = adversarial({
    critic,
    loss,
    show,
    ...(recognizer ? {} : { logits }),
    offers: ['latents', 'generate'],
  })
  const plus = (
    { fake, latents, outputs }: Bout<ReturnType<typeof show>>,
    all: InfoGanPlayers,
    turn: Turn<Batch>,
  ) => {
    const q = recognizer
      ? recognizer.apply(all.recognizer!, fake, trainingContext(turn, 'recognizer'))
      : columns(outputs.fake(), 1, width)
    if (recognizer) expectColumns('infoGan', q, width, what, 'recognizer')
    return { recognition: mul(-weight, codeInformation(latent.code, q, latents)) as Scalar }
  }
  return {
    critic: play.critic({ terms: criticTerms, ...(recognizer ? {} : { plus }) }),
    generator: play.opponent('generator', generator, { terms: generatorTerms, plus }),
    ...(recognizer && { recognizer: play.ally('recognizer', recognizer, { plus }) }),
  } as Game<InfoGanPlayers, Batch>
}
