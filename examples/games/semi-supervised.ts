// Semi-supervised: two moons of which eight points have a label. What the critic learns of the shape of the data tells it the rest;
// the generator matches features, as in the paper.
import { mlp } from '@equilibria/architectures'
import { type Batch, gaussianLatent, semiSupervised } from '@equilibria/core'
import { twoMoons } from '@equilibria/datasets'
import { featureMatching, nonSaturating, r1 } from '@equilibria/losses'
import { concat, fill, type Tensor1D, tidy } from '@tensorflow/tfjs-core'
import { context, learn, rowsOf, samplesKey, share } from './learn.ts'

export const steps = 1500

export async function run(budget = steps) {
  const data = twoMoons({ labels: true, noise: 0.05 })
  const known = await data.rows(Uint32Array.from({ length: 8 }, (_, i) => i))
  // Every batch shows the eight points that have a label, and others that have none (-1).
  const source = {
    async at(query: Parameters<typeof data.at>[0]): Promise<Batch> {
      const { data: points } = await data.at(query)
      return tidy(() => ({
        data: concat([known.data, points]),
        labels: concat([known.labels as Tensor1D, fill([query.n], -1, 'int32') as Tensor1D]),
      }))
    },
  }
  const latent = gaussianLatent(2)
  const generator = mlp.generator({ shape: [2], dimensions: 2, hidden: [64, 64] })
  const critic = mlp.critic({ shape: [2], hidden: [64, 64], outputs: 2 })
  const terms = { criticTerms: { r1: r1(0.02) }, generatorTerms: { featureMatching: featureMatching() } }
  const game = semiSupervised({ generator, critic, latent, loss: nonSaturating(), classes: 2, ...terms })
  const players = await learn(game, source, { steps: budget })
  const test = await data.at({ step: 0, n: 1000, key: samplesKey })
  const labels = await test.labels!.data()
  const logits = await rowsOf(critic.apply(players.critic, test.data, context()))
  return { accuracy: share(logits, ([a, b], i) => (b! > a! ? 1 : 0) === labels[i]) }
}
