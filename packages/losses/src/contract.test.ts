import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { registerWasmKernels } from '@equilibria/backends'
import {
  clockAt,
  corePlugin,
  createRegistry,
  gradients,
  key,
  type Loss,
  type LossContext,
  mend,
} from '@equilibria/core'
import { FLOAT64, registerFloat64 } from '@equilibria/core/testing'
import { setBackend, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  batchGoldens,
  energyGoldens,
  type Golden,
  goldens,
  type Rows,
  vectorGoldens,
} from './goldens.fixture.ts'
import { lossesPlugin } from './plugin.ts'
import { lossContract } from './testing.ts'

const registry = createRegistry()
registry.use(corePlugin)
registry.use(lossesPlugin)

type Row = number | readonly number[]
const all = [...goldens, ...batchGoldens, ...energyGoldens, ...vectorGoldens] as readonly (readonly [
  spec: string | { name: string },
  golden: Golden<Row>,
])[]
const nameOf = (spec: string | { name: string }) => (typeof spec === 'string' ? spec : spec.name)
const named = all.map(([spec, golden]) => ({ spec, golden, title: JSON.stringify(spec) }))

// Away from the kinks of hinge at ±1 and of comparisons at a lead of 1.
const logits = [
  { real: [0], fake: [0.25] },
  { real: [2.5], fake: [-1.5] },
  { real: [-1.5, 0.3, 4.1, -0.2], fake: [2.5, -3.2, 0.6, -0.9] },
  { real: [-6, 5.5], fake: [-4.6, -0.2] },
]
const energies = [
  { real: [0.25], fake: [0.5] },
  { real: [0.1, 2.5, 0.7], fake: [1.5, 0.3, 0.01] },
]
const vectors = [
  {
    real: [
      [0.5, -1],
      [2, 0.25],
      [-0.7, 3],
    ],
    fake: [
      [1.5, 1],
      [-2, 0.3],
      [0.1, -0.4],
    ],
  },
  { real: [[1], [-2.5]], fake: [[0.4], [3]] },
]
const batches: { [K in NonNullable<Loss['outputs']>]: { real: Rows<Row>; fake: Rows<Row> }[] } = {
  logits,
  energies,
  vectors,
}

const tensors = (rows: Rows<Row>) => tensor(rows as number[] | number[][], undefined, 'float32')
const read = async (t: Tensor) => [...(await t.data())]
const context = (loss: Loss): LossContext => ({
  key: key(0),
  clock: clockAt(0),
  slot: loss.slot?.init({}, key(0)),
})

/** dJ(G) / d fake by central differences of the formula, in double precision. */
const slopes = ({ generator }: Golden<Row>, real: Rows<Row>, fake: Rows<Row>) =>
  fake.flatMap((row, i) =>
    [row].flat().map((_, j) => {
      const h = 1e-4
      const at = (delta: number) =>
        generator(real, fake.with(i, typeof row === 'number' ? row + delta : row.with(j, row[j]! + delta)))
      return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)
    }),
  )

/** Whether data and fakes may change places, their logits negated, as the formula has it. */
const exchangeable = ({ critic }: Golden) =>
  logits.every(({ real, fake }) => {
    const turned = [fake, real].map(rows => rows.map(x => -x)) as [number[], number[]]
    return Math.abs(critic(real, fake) - critic(...turned)) < 1e-9
  })

const expectNear = (got: number, wanted: number, what: string) =>
  expect(Math.abs(got - wanted) / (1 + Math.abs(wanted)), `${what}: ${got}, not ${wanted}`).toBeLessThan(1e-6)

it('every loss of the registry has golden values', () => {
  expect([...new Set(all.map(([spec]) => nameOf(spec)))].sort()).toEqual(registry.names('losses'))
})

describe.each(['cpu', 'wasm', 'float64'])('losses on %s', backend => {
  beforeAll(async () => {
    registerFloat64()
    registerWasmKernels()
    await setBackend(backend === 'float64' ? FLOAT64 : backend)
    mend()
  })

  it.each(named)('$title is the formula of its paper', async ({ spec, golden }) => {
    const loss = registry.make('losses', spec)
    for (const batch of batches[loss.outputs ?? 'logits']) {
      const where = `at ${JSON.stringify(batch)}`
      const [real, fake] = [tensors(batch.real), tensors(batch.fake)]
      const [critic] = await read(loss.critic(real, fake, context(loss)))
      const { value, grads } = gradients(() => loss.generator(fake, () => real, context(loss)), [fake])
      expectNear(critic!, golden.critic(batch.real, batch.fake), `J(D) ${where}`)
      expectNear((await read(value))[0]!, golden.generator(batch.real, batch.fake), `J(G) ${where}`)
      const expected = slopes(golden, batch.real, batch.fake)
      for (const [i, g] of (await read(grads[0]!)).entries()) expectNear(g, expected[i]!, `dJ(G) ${where}`)
    }
    if (golden.atZero) {
      const zero = tensors([0, 0, 0])
      expectNear((await read(loss.critic(zero, zero, context(loss))))[0]!, golden.atZero[0], 'J(D) at 0')
      const made = loss.generator(zero, () => zero, context(loss))
      expectNear((await read(made))[0]!, golden.atZero[1], 'J(G) at 0')
    }
    expect(loss.zeroSum ?? false).toBe(golden.zeroSum)
    expect(loss.symmetric ?? false, 'symmetric').toBe(
      (loss.outputs ?? 'logits') === 'logits' && exchangeable(golden as Golden),
    )
  })
})

// On wasm once for each loss, with its options as they are unless given.
const once = named.filter(({ spec }, i) => named.findIndex(n => nameOf(n.spec) === nameOf(spec)) === i)

describe.each([
  ['cpu', named],
  ['wasm', once],
] as const)('losses on %s', (backend, specs) => {
  beforeAll(() => setBackend(backend))

  it.each(specs)('$title keeps the contract', async ({ spec }) => {
    expect(await lossContract(registry.make('losses', spec))).toEqual([])
  })
})
