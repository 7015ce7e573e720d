// CycleGAN: two kinds of points without pairs, three modes on a small triangle and three on a large one turned upside down.
import { mlp } from '@equilibria/architectures'
import { cycleGan, type Key, type TranslationBatch } from '@equilibria/core'
import { ring } from '@equilibria/datasets'
import { leastSquares, r1 } from '@equilibria/losses'
import { abs, clone, mean, neg, sub, tidy } from '@tensorflow/tfjs-core'
import { context, learn, nearest, rowsOf, samplesKey, share } from './learn.ts'

export const steps = 1000

export async function run(budget = steps) {
  const [small, large] = [
    ring({ count: 3, radius: 0.5, deviation: 0.05 }),
    ring({ count: 3, deviation: 0.05, seed: 1 }),
  ]
  const source = {
    async at(query: { step: number; n: number; key: Key }): Promise<TranslationBatch> {
      const [from, to] = [await small.at(query), await large.at(query)]
      return tidy(() => ({ data: clone(from.data), target: neg(to.data) }))
    },
  }
  const translator = () => mlp.encoder({ shape: [2], dimensions: 2, hidden: [64, 64] })
  const judge = () => mlp.critic({ shape: [2], hidden: [64, 64] })
  const [forward, backward] = [translator(), translator()]
  const critics = { dataCritic: judge(), targetCritic: judge() }
  const terms = { criticTerms: { r1: r1(0.1) } }
  const game = cycleGan({ ...critics, forward, backward, loss: leastSquares(), weight: 3, ...terms })
  const players = await learn(game, source, { steps: budget })
  const { data } = await source.at({ step: 0, n: 500, key: samplesKey })
  const there = forward.apply(players.forward, data, context())
  const back = backward.apply(players.backward, there, context())
  const targets = large.modes.centres.map(([x, y]) => [-x!, -y!])
  const places = (await rowsOf(there)).map(point => nearest(point, targets))
  return {
    cycle: (await mean(abs(sub(back, data))).data())[0]!,
    close: share(places, ({ distance }) => distance < 0.25),
    modes: new Set(places.map(({ mode }) => mode)).size,
  }
}
