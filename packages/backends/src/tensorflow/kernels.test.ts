import { fusedKernels } from '@equilibria/core'
import { engine, memory, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { withoutTfjsNode } from '../node/tfjs-node.fixture.ts'
import { useBackend } from '../use-backend.ts'
import { answer, expectSame, type Inputs, onCpu, type Plain, random } from '../wasm/compare.fixture.ts'

const kinked = {
  values: [-2, -0, 0, 1e-30, 3, Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  shape: [2, 4],
  dtype: 'float32' as const,
}
const whole = { values: [1, 2, 3, 4], shape: [2, 2], dtype: 'int32' as const }

const rows: [name: string, inputs: Inputs, attrs: object][] = [
  ...[false, true].flatMap(transposeA =>
    [false, true].flatMap(transposeB =>
      [
        [5, 7, 9],
        [5, 7, 1],
        [5, 1, 9],
        [1, 7, 9],
        [1, 1, 1],
      ].map(([m, k, n]): [string, Inputs, object] => [
        'BatchMatMul',
        { a: random(transposeA ? [k!, m!] : [m!, k!]), b: random(transposeB ? [n!, k!] : [k!, n!], 2) },
        { transposeA, transposeB },
      ]),
    ),
  ),
  ['BatchMatMul', { a: random([3, 5, 7]), b: random([3, 7, 2]) }, { transposeA: false, transposeB: false }],
  ...['Sum', 'Mean'].flatMap((name): [string, Inputs, object][] => [
    [name, { x: random([6, 5]) }, { axis: [0], keepDims: false }],
    [name, { x: random([6, 5]) }, { axis: 0, keepDims: true }],
    [name, { x: random([3, 4, 5, 2]) }, { axis: [2, 0, -3], keepDims: false }],
    [name, { x: random([3, 4, 5, 2]) }, { axis: [0, 1, 2], keepDims: true }],
    [name, { x: random([6, 5]) }, { axis: [1], keepDims: false }],
    [name, { x: random([3, 4, 5]) }, { axis: [0], keepDims: false }],
    [name, { x: random([6, 5]) }, { axis: [0, 1], keepDims: false }],
    [name, { x: random([6]) }, { axis: [0], keepDims: false }],
  ]),
  ['Sum', { x: whole }, { axis: [0], keepDims: false }],
  ...[0, 0.2, 1, -1, 0.3, 1e-9, -7.7].map((alpha): [string, Inputs, object] => [
    'Step',
    { x: kinked },
    { alpha },
  ]),
  ['Cast', { x: random([2, 3]) }, { dtype: 'float32' }],
  ['Cast', { x: whole }, { dtype: 'float32' }],
  ['Reshape', { x: random([2, 3]) }, { shape: [2, 3] }],
  ['Reshape', { x: random([2, 3]) }, { shape: [3, 2] }],
]

describe.skipIf(withoutTfjsNode !== undefined)(
  `kernels of tensorflow${withoutTfjsNode ? ` (skipped: ${withoutTfjsNode})` : ''}`,
  () => {
    beforeAll(() => useBackend('tensorflow'))

    test.each(rows)('%s %#', async (name, inputs, attrs) => {
      expectSame(await answer('tensorflow', name, inputs, attrs), await onCpu(name, inputs, attrs))
    })

    test('the sum of many rows is as near as that of other backends', async () => {
      const x = { ...random([20_000, 3]), values: random([20_000, 3]).values.map(v => v + 1) }
      const found = await answer('tensorflow', 'Sum', { x }, { axis: [0], keepDims: false })
      for (const c of [0, 1, 2]) {
        const exact = x.values.reduce((sum, v, i) => (i % 3 === c ? sum + v : sum), 0)
        expect(Math.abs(found.values[c]! / exact - 1)).toBeLessThan(1e-5)
      }
    })

    test.each([0, 0.25])('the gradient of leakyRelu with slope %s', async alpha => {
      const dy = random([3, 5], 2)
      const y = { ...random([3, 5]), values: random([3, 5]).values.map((v, i) => (i === 4 ? 0 : v)) }
      const found = await answer('tensorflow', fusedKernels.leakyReluGrad, { dy, y }, { alpha })
      const values = dy.values.map((d, i) => (y.values[i]! > 0 ? d : alpha * d))
      expectSame(found, { ...dy, values }, 0)
    })

    test('the gradient of tanh', async () => {
      const [dy, y] = [random([3, 5], 2), random([3, 5])]
      const found = await answer('tensorflow', fusedKernels.tanhGrad, { dy, y })
      expectSame(found, { ...dy, values: dy.values.map((d, i) => d * (1 - y.values[i]! ** 2)) }, 1e-6)
    })

    test('batch normalisation and its derivatives', async () => {
      await useBackend('tensorflow')
      const [m, c, epsilon] = [6, 3, 0.1]
      const [x, dy] = [random([m, c]), random([m, c], 5)]
      const [gain, bias] = [
        [2, -1, 0.5],
        [0, 3, -2],
      ]
      const make = ({ values, shape }: Plain) => tensor([...values], shape)
      const given = { x: make(x), gain: tensor(gain), bias: tensor(bias) }
      const run = (name: string, inputs: object) =>
        engine().runKernel(name, inputs as never, { epsilon }) as Tensor[]
      const made = run(fusedKernels.batchNorm, given)
      const [, mean, variance] = made
      const derivatives = run(fusedKernels.batchNormGrad, {
        x: given.x,
        gain: given.gain,
        dy: make(dy),
        mean,
        variance,
      })
      const shapes = [...made, ...derivatives].map(t => t.shape)
      expect(shapes).toEqual([[m, c], [c], [c], [c], [m, c], [c], [c]])
      const found = await Promise.all([...made, ...derivatives].map(async t => [...(await t.data())]))
      for (const j of [0, 1, 2]) {
        const column = (of: readonly number[]) => of.filter((_, i) => i % c === j)
        const average = (of: readonly number[]) => of.reduce((sum, v) => sum + v, 0) / m
        const [xs, dys] = [column(x.values), column(dy.values)]
        const at = average(xs)
        const spread = average(xs.map(v => (v - at) ** 2))
        const root = Math.sqrt(spread + epsilon)
        const unit = xs.map(v => (v - at) / root)
        const along = average(dys.map((d, i) => d * unit[i]!))
        const close = (a: readonly number[], b: readonly number[]) =>
          a.forEach((v, i) => {
            expect(v).toBeCloseTo(b[i]!, 5)
          })
        close(
          column(found[0]!),
          unit.map(u => gain[j]! * u + bias[j]!),
        )
        close([found[1]![j]!, found[2]![j]!, found[3]![j]!], [at, spread, (spread * m) / (m - 1)])
        close(
          column(found[4]!),
          dys.map((d, i) => (gain[j]! / root) * (d - average(dys) - unit[i]! * along)),
        )
        close([found[5]![j]!, found[6]![j]!], [m * along, m * average(dys)])
      }
    })

    // Sizes that the library's vectors divide and do not divide.
    test.each([[[]], [[7]], [[16, 8]]])('Adam moves a tensor of shape %j', async shape => {
      await useBackend('tensorflow')
      const [p, g, m] = [1, 2, 3].map(seed => random(shape, seed)) as [Plain, Plain, Plain]
      const v = { ...p, values: random(shape, 4).values.map(Math.abs) }
      const make = ({ values }: Plain) => tensor([...values], shape)
      const inputs = {
        ...{ p: make(p), g: make(g), m: make(m), v: make(v) },
        ...{ rate: tensor(0.1), epsilon: tensor(0.01) },
      }
      const before = [memory().numTensors, engine().backend.numDataIds()]
      const move = () =>
        engine().runKernel(fusedKernels.adamMove, inputs, { beta1: 0.75, beta2: 0.9 }) as Tensor[]
      const [first, second] = [move(), move()]
      const mean = m.values.map((x, i) => 0.75 * x + 0.25 * g.values[i]!)
      const square = v.values.map((x, i) => 0.9 * x + 0.1 * g.values[i]! ** 2)
      const moved = p.values.map((x, i) => x - (0.1 * mean[i]!) / (Math.sqrt(square[i]!) + 0.01))
      for (const [i, values] of [moved, mean, square].entries()) {
        const found = Array.from(await first[i]!.data())
        expectSame({ values: found, shape: first[i]!.shape, dtype: 'float32' }, { ...p, values }, 1e-6)
        expect(Array.from(await second[i]!.data())).toEqual(found)
      }
      // What it was given is as it was.
      for (const [name, plain] of Object.entries({ p, g, m, v }))
        expect(Array.from(await inputs[name as 'p'].data())).toEqual([...plain.values])
      for (const t of [...first, ...second]) t.dispose()
      expect([memory().numTensors, engine().backend.numDataIds()]).toEqual(before)
      for (const t of Object.values(inputs)) t.dispose()
    })
  },
)
