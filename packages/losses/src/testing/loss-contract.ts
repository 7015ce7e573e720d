import { clockAt, key, type Loss, type LossContext, mend, type Outputs, type Tree } from '@equilibria/core'
import { type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import { along, type Cost, checkGradient, evaluate, type Failure } from './finite-differences.ts'

/** Where a loss is probed. */
export interface LossContractOptions {
  /**
   * Outputs of real and of fake rows, equally many, at which derivatives are compared: keep them off the loss's kinks. One number a
   * row; of losses of vectors, three.
   */
  readonly logits?: { readonly real: readonly number[]; readonly fake: readonly number[] }
  /** What the loss's slot holds; fresh unless given. */
  readonly slot?: Tree
}

type Rows = readonly number[]
type Costs = { readonly [who in 'critic' | 'generator']: Cost }
type Who = keyof Costs

const players = ['critic', 'generator'] as const

/** Ordinary outputs, and the range in which costs are finite unless the loss says otherwise, for each kind. */
const kinds: {
  readonly [K in Outputs]: { real: Rows; fake: Rows; range: readonly [number, number]; width: number }
} = {
  logits: {
    real: [-2.37, -0.58, 0.43, 1.71, 3.2],
    fake: [0.66, -1.74, 2.29, -0.31, -3.6],
    range: [-1e4, 1e4],
    width: 1,
  },
  energies: {
    real: [0.37, 1.58, 0.43, 1.71, 0.2],
    fake: [0.66, 1.74, 2.29, 0.31, 3.6],
    range: [0, 1e4],
    width: 1,
  },
  vectors: {
    real: [-2.37, -0.58, 0.43, 1.71, 3.2, 0.9, -1.1, 0.25, 2.1],
    fake: [0.66, -1.74, 2.29, -0.31, -3.6, 1.3, 0.47, -0.9, 0.12],
    range: [-1e4, 1e4],
    width: 3,
  },
}

/** A loss and how it is looked at. */
interface Subject {
  readonly loss: Loss
  readonly costs: Costs
  readonly real: Rows
  readonly fake: Rows
  /** Numbers a row. */
  readonly width: number
  /** Outputs in all of the range, from its low to its high end. */
  readonly ladder: Rows
  readonly range: readonly [low: number, high: number]
}

function subjectOf(loss: Loss, { logits, slot }: LossContractOptions): Subject {
  const kind = kinds[loss.outputs ?? 'logits']
  const { real, fake } = logits ?? kind
  if (real.length !== fake.length || real.length % kind.width !== 0)
    throw new Error(
      `lossContract: got ${real.length} real and ${fake.length} fake logits; give equally many${kind.width > 1 ? `, ${kind.width} a row` : ''}`,
    )
  const context = (): LossContext => ({
    key: key(0),
    clock: clockAt(0),
    slot: slot ?? loss.slot?.init({}, key(0)),
  })
  const range = loss.range ?? kind.range
  const [low, high] = range
  return {
    loss,
    real,
    fake,
    range,
    width: kind.width,
    ladder: [low, -100, -20, -3, -0.5, 0.5, 3, 20, 100, high].filter(x => x >= low && x <= high),
    costs: {
      critic: ([real, fake]) => loss.critic(real!, fake!, context()),
      generator: ([real, fake]) => loss.generator(fake!, () => real!, context()),
    },
  }
}

/** Rows as the critic would give them: [n], or [n, width]. */
const outputs = ({ width }: Subject, rows: Rows): Tensor =>
  tensor([...rows], width === 1 ? [rows.length] : [rows.length / width, width], 'float32')

/** Rows all of whose numbers are the given ones. */
const all = ({ width }: Subject, numbers: Rows): Rows => numbers.flatMap(x => Array<number>(width).fill(x))

/** Reads a cost and its gradients in real and fake outputs. */
async function probe(subject: Subject, who: Who, real: Rows, fake: Rows) {
  const xs = [outputs(subject, real), outputs(subject, fake)]
  const { value, grads } = await evaluate(subject.costs[who], xs)
  for (const x of xs) x.dispose()
  return { value, inReal: grads[0]!, inFake: grads[1]! }
}

/**
 * Checks a loss against what `Loss` promises of the outputs that it takes (logits, energies or vectors): both costs are float32
 * scalars and means over rows (a batch shown twice costs the same) or, if it is `batchwise`, do not depend on the order of rows;
 * a critic that tells real from fake pays less than one that confuses them, and a generator whose fakes pass for
 * real pays less than one whose do not; costs and gradients are finite in the whole declared range; first and second derivatives,
 * mixed ones included, agree with finite differences; `zeroSum` is claimed if and only if it holds (the generator's
 * gradient on fake outputs is minus the critic's: what the generator's cost lacks is constant for it), and of logits `symmetric`, if and
 * only if that holds; no critic costs less than the
 * one that says `optimal`, where that is declared; a `witness` is a number a row, higher where the data are.
 * Runs on the backend that is set. Resolves to what failed, in words: an empty list if nothing did.
 */
export async function lossContract(loss: Loss, options: LossContractOptions = {}): Promise<Failure[]> {
  mend()
  const subject = subjectOf(loss, options)
  const failures: Failure[] = players.flatMap(who => {
    const shape = shapeOf(subject, who)
    return shape === '' ? [] : [`${who}: expected a float32 scalar, got ${shape}; take the mean over rows`]
  })
  if (failures.length > 0) return failures
  failures.push(...(await (loss.batchwise ? unordered : meansOverRows)(subject)))
  failures.push(...(await (subject.width === 1 ? oriented : drawnTogether)(subject)))
  for (const who of players) {
    failures.push(...(await finite(subject, who)))
    const xs = [outputs(subject, subject.real), outputs(subject, subject.fake)]
    const names = ['real', 'fake']
    const cost = subject.costs[who]
    failures.push(
      ...(await checkGradient(`${who}, first derivative`, cost, xs, { names })),
      ...(await checkGradient(`${who}, second derivative`, along(cost, xs), xs, { names })),
    )
    for (const x of xs) x.dispose()
  }
  failures.push(
    ...(await zeroSum(subject)),
    ...(await symmetric(subject)),
    ...(await optimum(subject)),
    ...(await witness(subject)),
  )
  return failures
}

const shapeOf = (subject: Subject, who: Who): string => {
  const { real, fake, costs } = subject
  const value = tidy(() => costs[who]([outputs(subject, real), outputs(subject, fake)]))
  const described = value.rank === 0 && value.dtype === 'float32' ? '' : `${value.dtype} [${value.shape}]`
  value.dispose()
  return described
}

async function meansOverRows(subject: Subject): Promise<Failure[]> {
  const { real, fake } = subject
  const failures: Failure[] = []
  for (const who of players) {
    const once = (await probe(subject, who, real, fake)).value
    const twice = (await probe(subject, who, [...real, ...real], [...fake, ...fake])).value
    if (!near(once, twice))
      failures.push(
        `${who}: a batch shown twice costs ${twice} instead of ${once}; take means over rows, not sums, or declare batchwise: true`,
      )
  }
  return failures
}

async function unordered(subject: Subject): Promise<Failure[]> {
  const { real, fake, width } = subject
  const failures: Failure[] = []
  for (const who of players) {
    const before = (await probe(subject, who, real, fake)).value
    // Only fakes change places: a loss that pairs rows would see it.
    const turned = [...fake.slice(width), ...fake.slice(0, width)]
    const after = (await probe(subject, who, real, turned)).value
    if (!near(before, after))
      failures.push(`${who}: with its rows in another order a batch costs ${after} instead of ${before}`)
  }
  return failures
}

const near = (a: number, b: number) => Math.abs(a - b) <= 1e-4 * (1 + Math.abs(a))

async function oriented(subject: Subject): Promise<Failure[]> {
  // Data is where logits are high and energies low.
  const [ofData, ofFakes, between] = subject.loss.outputs === 'energies' ? [0.25, 0.75, 0.5] : [0.5, -1, 0]
  const value = async (who: Who, r: number, f: number) => (await probe(subject, who, [r], [f])).value
  const failures: Failure[] = []
  const right = await value('critic', ofData, ofFakes)
  const confused = await value('critic', ofFakes, ofData)
  if (!(right < confused))
    failures.push(
      `critic: telling real from fake costs ${right}, confusing them ${confused}; it must cost less`,
    )
  const passing = await value('generator', between, ofData)
  const caught = await value('generator', between, ofFakes)
  if (!(passing < caught))
    failures.push(
      `generator: fakes that pass cost ${passing}, fakes that do not ${caught}; they must cost less`,
    )
  return failures
}

async function drawnTogether(subject: Subject): Promise<Failure[]> {
  const { real } = subject
  const apart = real.map(x => x + 1)
  const value = async (who: Who, fake: Rows) => (await probe(subject, who, real, fake)).value
  const failures: Failure[] = []
  const [separate, alike] = [await value('critic', apart), await value('critic', real)]
  if (!(separate <= alike || near(separate, alike)))
    failures.push(
      `critic: fakes apart from the data cost ${separate}, fakes on top of them ${alike}; apart must not cost more`,
    )
  const [passing, caught] = [await value('generator', real), await value('generator', apart)]
  if (!(passing < caught))
    failures.push(
      `generator: fakes on top of the data cost ${passing}, fakes apart ${caught}; they must cost less`,
    )
  return failures
}

async function finite(subject: Subject, who: Who): Promise<Failure[]> {
  const { ladder, range } = subject
  const meet = (of: Rows) => of.flatMap(r => of.map(f => [r, f] as const))
  const look = async (pairs: readonly (readonly [number, number])[]) => {
    const of = (side: 0 | 1) =>
      all(
        subject,
        pairs.map(pair => pair[side]),
      )
    const seen = await probe(subject, who, of(0), of(1))
    return { ...seen, fine: [seen.value, ...seen.inReal, ...seen.inFake].every(Number.isFinite) }
  }
  const failures: Failure[] = []
  const check = async (r: number, f: number) => {
    const { value, inReal, inFake, fine } = await look([
      [r, f],
      [r, f],
    ])
    if (!fine)
      failures.push(
        `${who}: at outputs real ${r}, fake ${f} the cost is ${value} with gradients ${inReal[0]}, ${inFake[0]}; declare a smaller range or write it stably`,
      )
  }
  // All outputs at once first: only if something is wrong there, each pair is looked at alone. Batches at the ends always are.
  const together = await look(meet(ladder))
  for (const [r, f] of meet(together.fine ? range : ladder)) await check(r, f)
  if (!together.fine && failures.length === 0)
    failures.push(
      `${who}: in a batch of outputs from ${range[0]} to ${range[1]} the cost is ${together.value}; declare a smaller range or write it stably`,
    )
  return failures
}

async function zeroSum(subject: Subject): Promise<Failure[]> {
  // Some losses are zero-sum in a part of their range only (hinge inside its margin), so all of it is looked at.
  const fake = all(subject, subject.ladder)
  const real = all(subject, subject.ladder.toReversed())
  const critic = (await probe(subject, 'critic', real, fake)).inFake
  const generator = (await probe(subject, 'generator', real, fake)).inFake
  const odd = critic.findIndex((c, i) => !(Math.abs(c + generator[i]!) <= 1e-5 * (1 + Math.abs(c))))
  if (odd < 0 === (subject.loss.zeroSum ?? false)) return []
  return [
    odd < 0
      ? "zeroSum: the gradients on fakes are opposite, so the generator minimises minus the critic's cost as far as it can; declare zeroSum: true"
      : `zeroSum: claimed, but at fake output ${fake[odd]} the critic's gradient is ${critic[odd]}, the generator's ${generator[odd]}`,
  ]
}

async function symmetric(subject: Subject): Promise<Failure[]> {
  const { loss, real, fake, range, ladder } = subject
  const claimed = loss.symmetric ?? false
  if ((loss.outputs ?? 'logits') !== 'logits')
    return claimed ? [`symmetric: is said of losses of logits, but this one takes ${loss.outputs}`] : []
  const turned = (rows: Rows) => rows.map(x => -x)
  const within = ladder.filter(x => -x >= range[0] && -x <= range[1])
  for (const [r, f] of [
    [real, fake],
    [within, within.toReversed()],
  ] as const) {
    const one = await probe(subject, 'critic', r, f)
    const other = await probe(subject, 'critic', turned(f), turned(r))
    const pairs = [
      [one.value, other.value],
      ...one.inReal.map((g, i) => [g, -other.inFake[i]!]),
      ...one.inFake.map((g, i) => [g, -other.inReal[i]!]),
    ] as [number, number][]
    if (pairs.every(([a, b]) => Math.abs(a - b) <= 1e-5 * (1 + Math.abs(a)))) continue
    return claimed
      ? [
          `symmetric: claimed, but with data and fakes exchanged and negated the critic pays ${other.value} instead of ${one.value}, or has another gradient`,
        ]
      : []
  }
  return claimed
    ? []
    : ['symmetric: critic(real, fake) is critic(-fake, -real); declare symmetric: true, and bigan takes it']
}

// Two distributions on three points, in tenths. Of both batches of a hundred rows each meets each ten times ten, so that means over
// rows and over pairs of rows are expectations.
const tenths = { p: [1, 3, 6], q: [5, 3, 2] }
const rowsOf = (counts: Rows) => counts.flatMap((count, point) => Array<number>(count).fill(point))
const meeting = {
  real: rowsOf(tenths.p).flatMap(point => Array<number>(10).fill(point)),
  fake: Array.from({ length: 10 }, () => rowsOf(tenths.q)).flat(),
}

async function optimum(subject: Subject): Promise<Failure[]> {
  const {
    loss: { optimal },
    range: [low, high],
  } = subject
  if (!optimal) return []
  const inRange = (x: number) => Math.min(high, Math.max(low, x))
  const best = tenths.p.map((p, i) => inRange(optimal(p / 10, tenths.q[i]! / 10)))
  const { real, fake } = meeting
  const at = async (said: Rows) => {
    const { value, inReal, inFake } = await probe(
      subject,
      'critic',
      real.map(point => said[point]!),
      fake.map(point => said[point]!),
    )
    const share = (grads: Rows, rows: Rows, point: number) =>
      grads.reduce((sum, g, row) => (rows[row] === point ? sum + g : sum), 0)
    return {
      value,
      slopes: said.map((_, point) => share(inReal, real, point) + share(inFake, fake, point)),
    }
  }
  const failures: Failure[] = []
  const least = await at(best)
  for (const [i, said] of best.entries()) {
    const where = `optimal: says ${said} where p = ${tenths.p[i]! / 10}, q = ${tenths.q[i]! / 10}`
    for (const side of [-1, 1]) {
      // Slopes tell an optimum more sharply than costs, and from both sides also at a kink.
      const beside = inRange(said + side * 2 ** -10 * Math.max(1, Math.abs(said)))
      const slope = (await at(best.with(i, beside))).slopes[i]!
      if (beside !== said && !(side * slope >= -1e-5))
        failures.push(`${where}, but at ${beside} the critic's cost has slope ${slope}`)
      for (const step of [0.5, 2]) {
        const far = inRange(said + side * step)
        const { value } = await at(best.with(i, far))
        if (!(value >= least.value - 1e-5 * (1 + Math.abs(least.value))))
          failures.push(`${where} for a cost of ${least.value}, but saying ${far} costs ${value}`)
      }
    }
  }
  return failures
}

async function witness(subject: Subject): Promise<Failure[]> {
  const { loss, real, width } = subject
  if (!loss.witness) return []
  const seen = tidy(() => {
    const [x, y] = [real, real.map(r => r + 1)].map(rows => outputs(subject, rows)) as [Tensor, Tensor]
    return [loss.witness!(x, x, y), loss.witness!(y, x, y)] as const
  })
  const n = real.length / width
  const shape = seen.map(({ shape }) => `[${shape}]`).join(' and ')
  const read = await Promise.all(seen.map(t => t.data()))
  for (const t of seen) t.dispose()
  if (shape !== `[${n}] and [${n}]`) return [`witness: expected a number a row, [${n}], got ${shape}`]
  const [onData, onFakes] = read.map(numbers => [...numbers].reduce((a, b) => a + b, 0) / n) as [
    number,
    number,
  ]
  return onData > onFakes
    ? []
    : [`witness: ${onData} on data, ${onFakes} on fakes; it must be higher on data`]
}
