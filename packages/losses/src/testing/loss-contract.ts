import { type Loss, mend } from '@equilibria/core'
import { tensor1d, tidy } from '@tensorflow/tfjs-core'
import { along, type Cost, checkGradient, evaluate, type Failure } from './finite-differences.ts'

/** Where a loss is probed. */
export interface LossContractOptions {
  /** Logits of real and of fake rows, equally many, at which derivatives are compared: keep them off the loss's kinks. */
  readonly logits?: { readonly real: readonly number[]; readonly fake: readonly number[] }
}

const defaultRange = [-1e4, 1e4] as const
const ordinary = { real: [-2.37, -0.58, 0.43, 1.71, 3.2], fake: [0.66, -1.74, 2.29, -0.31, -3.6] }

/** Both costs of a loss as functions of [real, fake]. */
const costsOf = (loss: Loss): { critic: Cost; generator: Cost } => ({
  critic: ([real, fake]) => loss.critic(real!, fake!),
  generator: ([real, fake]) => loss.generator(fake!, () => real!),
})

/** Reads a cost and its gradients in real and fake logits. */
async function probe(cost: Cost, real: readonly number[], fake: readonly number[]) {
  const xs = [tensor1d([...real]), tensor1d([...fake])]
  const { value, grads } = await evaluate(cost, xs)
  for (const x of xs) x.dispose()
  return { value, inReal: grads[0]!, inFake: grads[1]! }
}

/**
 * Checks a loss against what `Loss` promises: both costs are float32 scalars and means over rows (a batch shown twice costs the
 * same); a critic that tells real from fake pays less than one that confuses them, and a generator whose fakes pass for
 * real pays less than one whose do not; costs and gradients are finite in the whole declared range; first and second derivatives,
 * mixed ones included, agree with finite differences; `zeroSum` is claimed if and only if it holds (the generator's
 * gradient on fake logits is minus the critic's: what the generator's cost lacks is constant for it); no critic costs less than the
 * one that says `optimal`, where that is declared.
 * Runs on the backend that is set. Resolves to what failed, in words: an empty list if nothing did.
 */
export async function lossContract(
  loss: Loss,
  { logits: { real, fake } = ordinary }: LossContractOptions = {},
): Promise<Failure[]> {
  if (real.length !== fake.length)
    throw new Error(`lossContract: got ${real.length} real and ${fake.length} fake logits; give equally many`)
  mend()
  const costs = costsOf(loss)
  const failures: Failure[] = []
  for (const who of ['critic', 'generator'] as const) {
    const shape = shapeOf(costs[who], real, fake)
    if (shape !== '')
      failures.push(`${who}: expected a float32 scalar, got ${shape}; take the mean over rows`)
  }
  if (failures.length > 0) return failures
  failures.push(...(await meansOverRows(costs, real, fake)))
  failures.push(...(await oriented(costs)))
  for (const who of ['critic', 'generator'] as const) {
    failures.push(...(await finite(who, costs[who], loss)))
    const xs = [tensor1d([...real]), tensor1d([...fake])]
    const names = ['real', 'fake']
    failures.push(
      ...(await checkGradient(`${who}, first derivative`, costs[who], xs, { names })),
      ...(await checkGradient(`${who}, second derivative`, along(costs[who], xs), xs, { names })),
    )
    for (const x of xs) x.dispose()
  }
  failures.push(...(await zeroSum(loss, costs)), ...(await optimum(loss, costs.critic)))
  return failures
}

const shapeOf = (cost: Cost, real: readonly number[], fake: readonly number[]): string => {
  const value = tidy(() => cost([tensor1d([...real]), tensor1d([...fake])]))
  const described = value.rank === 0 && value.dtype === 'float32' ? '' : `${value.dtype} [${value.shape}]`
  value.dispose()
  return described
}

type Costs = ReturnType<typeof costsOf>

async function meansOverRows(
  costs: Costs,
  real: readonly number[],
  fake: readonly number[],
): Promise<Failure[]> {
  const failures: Failure[] = []
  for (const who of ['critic', 'generator'] as const) {
    const once = (await probe(costs[who], real, fake)).value
    const twice = (await probe(costs[who], [...real, ...real], [...fake, ...fake])).value
    if (Math.abs(once - twice) > 1e-4 * (1 + Math.abs(once)))
      failures.push(
        `${who}: a batch shown twice costs ${twice} instead of ${once}; take means over rows, not sums`,
      )
  }
  return failures
}

async function oriented(costs: Costs): Promise<Failure[]> {
  const [low, high] = [-1, 0.5]
  const value = async (cost: Cost, r: number, f: number) => (await probe(cost, [r], [f])).value
  const failures: Failure[] = []
  const [right, confused] = [await value(costs.critic, high, low), await value(costs.critic, low, high)]
  if (!(right < confused))
    failures.push(
      `critic: telling real from fake costs ${right}, confusing them ${confused}; it must cost less`,
    )
  const [passing, caught] = [await value(costs.generator, 0, high), await value(costs.generator, 0, low)]
  if (!(passing < caught))
    failures.push(
      `generator: fakes that pass cost ${passing}, fakes that do not ${caught}; they must cost less`,
    )
  return failures
}

// Logits from one end of the range to the other.
const ladder = ({ range: [low, high] = defaultRange }: Loss) =>
  [low, -100, -20, -3, -0.5, 0.5, 3, 20, 100, high].filter(x => x >= low && x <= high)

async function finite(who: string, cost: Cost, loss: Loss): Promise<Failure[]> {
  const failures: Failure[] = []
  for (const r of ladder(loss))
    for (const f of ladder(loss)) {
      const { value, inReal, inFake } = await probe(cost, [r, r], [f, f])
      if (![value, ...inReal, ...inFake].every(Number.isFinite))
        failures.push(
          `${who}: at logits real ${r}, fake ${f} the cost is ${value} with gradients ${inReal[0]}, ${inFake[0]}; declare a smaller range or write it stably`,
        )
    }
  return failures
}

async function zeroSum(loss: Loss, costs: Costs): Promise<Failure[]> {
  // Some losses are zero-sum in a part of their range only (hinge inside its margin), so all of it is looked at.
  const fake = ladder(loss)
  const real = fake.toReversed()
  const critic = (await probe(costs.critic, real, fake)).inFake
  const generator = (await probe(costs.generator, real, fake)).inFake
  const odd = critic.findIndex((c, i) => !(Math.abs(c + generator[i]!) <= 1e-5 * (1 + Math.abs(c))))
  if (odd < 0 === (loss.zeroSum ?? false)) return []
  return [
    odd < 0
      ? 'zeroSum: the generator minimises minus what the critic does; declare zeroSum: true'
      : `zeroSum: claimed, but at fake logit ${fake[odd]} the critic's gradient is ${critic[odd]}, the generator's ${generator[odd]}`,
  ]
}

// Two distributions on three points, in tenths. Of both batches of a hundred rows each meets each ten times ten, so that means over
// rows and over pairs of rows are expectations.
const tenths = { p: [1, 3, 6], q: [5, 3, 2] }
const rowsOf = (counts: readonly number[]) =>
  counts.flatMap((count, point) => Array<number>(count).fill(point))
const meeting = {
  real: rowsOf(tenths.p).flatMap(point => Array<number>(10).fill(point)),
  fake: Array.from({ length: 10 }, () => rowsOf(tenths.q)).flat(),
}

async function optimum(loss: Loss, critic: Cost): Promise<Failure[]> {
  if (!loss.optimal) return []
  const { optimal, range: [low, high] = defaultRange } = loss
  const within = (x: number) => Math.min(high, Math.max(low, x))
  const best = tenths.p.map((p, i) => within(optimal(p / 10, tenths.q[i]! / 10)))
  const { real, fake } = meeting
  const at = async (said: readonly number[]) => {
    const { value, inReal, inFake } = await probe(
      critic,
      real.map(point => said[point]!),
      fake.map(point => said[point]!),
    )
    const share = (grads: readonly number[], rows: readonly number[], point: number) =>
      grads.reduce((sum, g, row) => (rows[row] === point ? sum + g : sum), 0)
    return {
      value,
      slopes: said.map((_, point) => share(inReal, real, point) + share(inFake, fake, point)),
    }
  }
  const failures: Failure[] = []
  const least = await at(best)
  for (const [i, logit] of best.entries()) {
    const where = `optimal: says ${logit} where p = ${tenths.p[i]! / 10}, q = ${tenths.q[i]! / 10}`
    for (const side of [-1, 1]) {
      // Slopes tell an optimum more sharply than costs, and from both sides also at a kink.
      const near = within(logit + side * 2 ** -10 * Math.max(1, Math.abs(logit)))
      const slope = (await at(best.with(i, near))).slopes[i]!
      if (near !== logit && !(side * slope >= -1e-5))
        failures.push(`${where}, but at ${near} the critic's cost has slope ${slope}`)
      for (const step of [0.5, 2]) {
        const far = within(logit + side * step)
        const { value } = await at(best.with(i, far))
        if (!(value >= least.value - 1e-5 * (1 + Math.abs(least.value))))
          failures.push(`${where} for a cost of ${least.value}, but saying ${far} costs ${value}`)
      }
    }
  }
  return failures
}
