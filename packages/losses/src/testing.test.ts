import '@tensorflow/tfjs-backend-cpu'
import type { Loss, Regularizer } from '@equilibria/core'
import {
  add,
  clone,
  customGrad,
  exp,
  log,
  mean,
  memory,
  mul,
  neg,
  relu,
  type Scalar,
  setBackend,
  sigmoid,
  softplus,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  variable,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { ebgan } from './ebgan.ts'
import { leastSquares } from './least-squares.ts'
import { minimax } from './minimax.ts'
import { mmd } from './mmd.ts'
import { squaredGradientNorms } from './regularizers/input-gradient.ts'
import { r1 } from './regularizers/r1.ts'
import { relativisticPairing } from './relativistic-pairing.ts'
import { lossContract, regularizerContract } from './testing.ts'
import { wasserstein } from './wasserstein.ts'

beforeAll(() => setBackend('cpu'))

/** Passes values on with a gradient that is wrong by a factor. */
const misled = (x: Tensor, factor: number) =>
  customGrad(t => ({ value: clone(t as Tensor), gradFunc: (dy: Tensor) => mul(dy, factor) }))(x)
/** Passes values and gradients on, but not second derivatives. */
const firstOrderOnly = (x: Tensor) =>
  customGrad((input, save) => {
    ;(save as (ts: Tensor[]) => void)([input as Tensor])
    return {
      value: softplus(input as Tensor),
      gradFunc: (dy: Tensor, [kept]: Tensor[]) => mul(dy, variable(sigmoid(kept!))),
    }
  })(x)

const { critic, generator } = minimax()
const vectors = mmd({ kernel: 'gaussian', scales: [1] })
// Two rows of vectors are enough to find a fault in, and quick.
const few = {
  logits: { real: [-2.37, -0.58, 0.43, 1.71, 3.2, 0.9], fake: [0.66, -1.74, 2.29, -0.31, -3.6, 1.3] },
}
const faulty: [what: string, loss: Loss, message: RegExp][] = [
  [
    'rows as they are',
    { critic, generator: fake => softplus(neg(fake)) as Scalar },
    /^generator: expected a float32 scalar, got float32 \[5\]/,
  ],
  [
    'sums',
    { critic, generator: fake => sum(softplus(neg(fake))) as Scalar },
    /^generator: a batch shown twice costs/,
  ],
  [
    'a critic that mistakes fake for real',
    { critic: (r, f) => critic(f, r), generator },
    /^critic: telling real from fake costs/,
  ],
  [
    'a generator that helps the critic',
    { critic, generator: f => mean(softplus(f)) as Scalar },
    /^generator: fakes that pass cost/,
  ],
  [
    'a logarithm of a sigmoid',
    { critic, generator: f => neg(mean(log(sigmoid(f)))) as Scalar },
    /^generator: at outputs real -10000, fake -10000 the cost is Infinity/,
  ],
  [
    'an undeclared zero sum',
    { critic, generator },
    /^zeroSum: the gradients on fakes are opposite, .*; declare/,
  ],
  [
    'a false claim of zero sum',
    { zeroSum: true, critic, generator: f => neg(mean(f)) as Scalar },
    /^zeroSum: claimed, but/,
  ],
  [
    'an undeclared symmetry',
    { critic, generator },
    /^symmetric: critic\(real, fake\) is critic\(-fake, -real\); declare symmetric: true/,
  ],
  [
    'a false claim of symmetry',
    { ...leastSquares(), symmetric: true },
    /^symmetric: claimed, but .* the critic pays .* instead of/,
  ],
  ['a symmetry of energies', { ...ebgan(), symmetric: true }, /^symmetric: is said of losses of logits/],
  [
    'a wrong gradient',
    { ...wasserstein(), generator: f => neg(mean(misled(f, 0.5))) as Scalar },
    /^generator, first derivative: in fake\[0\] autodiff gives -0\.1\d*, finite differences give -0\.(2|19)/,
  ],
  [
    'a critic that is not the best',
    { ...minimax(), optimal: (p, q) => 1.01 * Math.log(p / q) },
    /^optimal: says -1\.62\d* where p = 0\.1, q = 0\.5, but at -1\.62\d* the critic's cost has slope -/,
  ],
  [
    'a cost without a best critic',
    { ...wasserstein(), optimal: (p, q) => p - q },
    /^optimal: says .* for a cost of .*, but saying .* costs/,
  ],
  [
    'energies of which the critic makes logits',
    { outputs: 'energies', critic: (r, f) => sub(mean(f), mean(r)), generator: f => mean(f) as Scalar },
    /^critic: telling real from fake costs/,
  ],
  [
    'rows in pairs where batches were to be compared',
    { ...relativisticPairing(), batchwise: true },
    /^critic: with its rows in another order a batch costs/,
  ],
  [
    'vectors that are pushed apart',
    { ...vectors, generator: (f, r) => vectors.critic(r(), f) },
    /^generator: fakes on top of the data cost .*, fakes apart .*; they must cost less/,
  ],
  [
    'vectors that a critic pulls together',
    { ...vectors, critic: (r, f) => vectors.generator(f, () => r) },
    /^critic: fakes apart from the data cost .*; apart must not cost more/,
  ],
  [
    'a witness for the fakes',
    { ...vectors, witness: (v, r, f) => vectors.witness!(v, f, r) },
    /^witness: -.* on data, .* on fakes; it must be higher on data/,
  ],
  [
    'a witness of vectors',
    { ...vectors, witness: v => v },
    /^witness: expected a number a row, \[2\], got \[2,3\] and \[2,3\]/,
  ],
  [
    'a lost second derivative',
    { critic, generator: f => mean(firstOrderOnly(neg(f))) as Scalar },
    /^generator, second derivative: in fake\[0\] autodiff gives 0/,
  ],
]

describe('lossContract', () => {
  it.each(faulty)('finds %s', async (_, loss, message) => {
    const failures = await lossContract(loss, loss.outputs === 'vectors' ? few : {})
    expect(failures.filter(f => message.test(f)).length, failures.join('\n')).toBeGreaterThan(0)
  })

  it('believes a range that is declared, and tests up to its ends', async () => {
    const overflowing: Loss = { critic, generator: f => neg(mean(square(mul(1e16, add(f, 1e4))))) as Scalar }
    const about = async (range: readonly [number, number]) =>
      (await lossContract({ ...overflowing, range })).filter(f => f.includes('declare a smaller range'))
        .length
    expect(await about([-1e4, -9999])).toBe(0)
    expect(await about([-1e4, 1e4])).toBeGreaterThan(0)
  })

  it('probes where it is told, and wants as many real as fake logits', async () => {
    const kinked: Loss = {
      symmetric: true,
      critic: (r, f) => add(mean(relu(sub(1, r))), mean(relu(add(1, f)))),
      generator: f => neg(mean(f)) as Scalar,
    }
    const at = (real: number[], fake: number[]) => lossContract(kinked, { logits: { real, fake } })
    expect((await at([1, 0], [0, 0])).join('\n')).toMatch(/critic, first derivative: in real\[0\]/)
    expect(await at([1.2, 0], [0, 0])).toEqual([])
    await expect(at([1], [])).rejects.toThrow('got 1 real and 0 fake logits; give equally many')
  })

  it('leaves no tensor behind', async () => {
    await lossContract(minimax())
    const before = memory().numTensors
    await lossContract(minimax())
    expect(memory().numTensors).toBe(before)
  })
})

const faultyTerms: [what: string, term: Regularizer, message: RegExp][] = [
  [
    'rows as they are',
    ({ critic, real }) => square(critic(real)) as Scalar,
    /expected a float32 scalar, got float32 \[2\]/,
  ],
  [
    'a lost second derivative',
    ({ onReal }) => mean(firstOrderOnly(onReal())) as Scalar,
    /^dense, tanh, second derivative: in real autodiff gives a slope of/,
  ],
  [
    'a detached player',
    ({ critic, fake }) => mean(square(critic(variable(fake)))) as Scalar,
    /^dense, tanh: in latents autodiff gives a slope of 0,/,
  ],
  [
    'an infinite slope',
    ({ critic, real }) => mean(sqrt(squaredGradientNorms(critic, real))) as Scalar,
    /^dense, tanh, all parameters 0: .*gradients NaN/,
  ],
  [
    'an exponential of outputs',
    ({ onReal }) => mean(exp(onReal())) as Scalar,
    /^dense, tanh, outputs up to 10000: the value is Infinity, gradients .*; write it stably, or declare the range/,
  ],
  [
    'an exponential of features',
    Object.assign((({ features, fake }) => mean(exp(neg(features!(fake)[0]!)))) as Regularizer, {
      needs: ['features'] as const,
    }),
    /outputs up to -10000: the value is Infinity/,
  ],
  [
    'a root that has no slope left',
    ({ onFake }) => mean(sqrt(sub(square(onFake()), square(onFake())))) as Scalar,
    /gradients NaN/,
  ],
  [
    'a range that is too wide',
    Object.assign((({ onFake }) => mean(exp(neg(onFake())))) as Regularizer, { range: [-100, 1e4] as const }),
    /outputs up to -100: the value is Infinity/,
  ],
]

describe('regularizerContract', () => {
  it('believes a range that is declared', async () => {
    const term: Regularizer = ({ onReal }) => mean(exp(onReal())) as Scalar
    expect(await regularizerContract(Object.assign(term, { range: [-80, 80] as const }))).toEqual([])
  })

  it.each(faultyTerms)('finds %s', async (_, term, message) => {
    const failures = await regularizerContract(term)
    expect(failures.filter(f => message.test(f)).length, failures.join('\n')).toBeGreaterThan(0)
  })

  it('leaves no tensor behind', async () => {
    await regularizerContract(r1())
    const before = memory().numTensors
    await regularizerContract(r1())
    expect(memory().numTensors).toBe(before)
  })
})
