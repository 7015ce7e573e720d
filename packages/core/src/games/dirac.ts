import { add, mul, reshape, type Tensor, zeros } from '@tensorflow/tfjs-core'
import type { CostTerm, Game } from '../game.ts'
import type { Latent } from '../latent.ts'
import type { Network } from '../network.ts'
import { type Batch, type GanParts, gan } from './gan.ts'
import { expectStart, type Start, vectorPlayer } from './vectors.ts'

/** The players of the Dirac-GAN: psi [1], the critic's slope, and theta [1], the generator's point. */
export type DiracPlayers = { readonly critic: Tensor; readonly generator: Tensor }

/** What the Dirac-GAN is made of. */
export interface DiracOptions extends Pick<GanParts, 'loss' | 'criticTerms' | 'generatorTerms'> {
  readonly from?: Start
}

const slope: Network<Tensor, Tensor, Tensor> = {
  init: () => zeros([1]),
  apply: (psi, x) => reshape(mul(psi, x), [-1]),
}
const point: Network<Tensor, Tensor, Tensor> = {
  init: () => zeros([1]),
  apply: (theta, z) => add(z, theta),
}
const noNoise: Latent = { dimensions: 1, draw: (_key, n) => zeros([n, 1]) }

/**
 * The Dirac-GAN, for any loss: data is a point mass at 0, the generator one at theta, and the critic is D(x) = psi x. Critic
 * psi [1] and generator theta [1] play `gan` on the one row 0; batches are not looked at. The equilibrium is psi = theta = 0. For losses
 * of logits with slope 1/2 at 0 (minimax, non-saturating) the field's Jacobian there has the eigenvalues +-i/2; with R1 of
 * weight g, -g/2 +- sqrt(g^2/4 - 1/4) for descent.
 * Source: Mescheder et al. 2018 (arXiv 1801.04406), definition 2.1 and lemma 2.3; with R1, sections 3 and 4.
 * Throws on a missing loss and on a start that does not fit.
 */
export function dirac({ from = {}, ...parts }: DiracOptions): Game<DiracPlayers, unknown> {
  expectStart('dirac', from, { critic: 1, generator: 1 })
  const game = gan({ ...parts, generator: point as Network, critic: slope as Network, latent: noNoise })
  const onData =
    (cost: CostTerm<DiracPlayers, Batch>): CostTerm<DiracPlayers, unknown> =>
    (all, turn) =>
      cost(all, { ...turn, batch: { data: zeros([1, 1]) } })
  return {
    critic: { ...game.critic, ...vectorPlayer(1, from.critic, onData(game.critic.cost)) },
    generator: { ...game.generator, ...vectorPlayer(1, from.generator, onData(game.generator.cost)) },
  }
}
