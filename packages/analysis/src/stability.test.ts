import {
  adam,
  alternating,
  bilinear,
  consensus,
  type Dynamics,
  dirac,
  extragradient,
  makeStep,
  type Optimizer,
  optimistic,
  sgd,
  simultaneous,
  symplecticAdjustment,
} from '@equilibria/core'
import { FLOAT64, registerFloat64 } from '@equilibria/core/testing'
import { minimax, r1 } from '@equilibria/losses'
import { memory, setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { arnoldi } from './arnoldi.ts'
import { eigenvalues, modulus } from './eigenvalues.ts'
import { flowStability, stepStability } from './stability.ts'
import { updateJacobian } from './update-map.ts'

beforeAll(async () => {
  registerFloat64()
  await setBackend(FLOAT64)
})

const start = { critic: [0], generator: [0] }
const plain = dirac({ loss: minimax(), from: start })
const regularized = (g: number) => dirac({ loss: minimax(), criticTerms: { r1: r1(g) }, from: start })

/** The eigenvalues of the update map of a game at its start, which is its equilibrium. */
async function spectrum(
  game: typeof plain,
  dynamics: Dynamics,
  optimizer: Optimizer,
  method: 'exact' | 'numeric' = 'exact',
) {
  const step = makeStep({ game, dynamics, optimizer })
  const found = await updateJacobian(step, step.init(0), Array(step.draws).fill(undefined), { method })
  expect(found.moved).toBe(0)
  return eigenvalues(found.matrix)
}

describe('flowStability', () => {
  it('reads the sign of the real parts of descent, and the rate', () => {
    const {
      verdict,
      margin,
      eigenvalues: zs,
    } = flowStability([
      { re: 0.25, im: 1 },
      { re: 0.25, im: -1 },
      { re: 3, im: 0 },
    ])
    expect({ verdict, margin }).toEqual({ verdict: 'stable', margin: 0.25 })
    expect(zs[0]).toEqual({ re: -0.25, im: 1 })
    expect(
      flowStability([
        { re: -1, im: 0 },
        { re: 2, im: 0 },
      ]),
    ).toMatchObject({ verdict: 'unstable', margin: -1 })
    expect(
      flowStability([
        { re: 0, im: 0.5 },
        { re: 0, im: -0.5 },
      ]),
    ).toMatchObject({ verdict: 'marginal', margin: 0 })
    expect(() => flowStability([])).toThrow('expected at least one eigenvalue')
  })
})

describe('of a field that is known by its products alone', () => {
  // Eigenvalue -1 among 1, 2, ..., 11: gradient play leaves along one direction of twelve.
  const diagonal = [-1, ...Array.from({ length: 11 }, (_, i) => i + 1)]
  const product = (v: Float64Array) => v.map((x, i) => diagonal[i]! * x)
  const found = (wanted: 'leftmost' | 'rightmost' | 'largest', more = {}) =>
    arnoldi(product, { size: diagonal.length, wanted, ...more })

  it('flowStability sees the eigenvalue that decides, or refuses', async () => {
    const all = flowStability(diagonal.map(re => ({ re, im: 0 })))
    const outermost = flowStability(await found('leftmost'))
    expect(outermost).toMatchObject({ verdict: 'unstable', margin: expect.closeTo(-1, 9) })
    expect(outermost.verdict).toBe(all.verdict)
    expect(outermost.eigenvalues.length).toBe(4)
    for (const other of ['rightmost', 'largest'] as const)
      await expect(found(other).then(r => flowStability(r))).rejects.toThrow(
        `flowStability: the leftmost eigenvalues decide, got the ${other} ones`,
      )
  })

  it('stepStability wants the largest', async () => {
    expect(stepStability(await found('largest'))).toMatchObject({
      verdict: 'unstable',
      margin: expect.closeTo(-10, 9),
    })
    await expect(found('leftmost').then(r => stepStability(r))).rejects.toThrow(
      'stepStability: the largest eigenvalues decide, got the leftmost ones',
    )
  })

  it('neither judges by values that have not converged', async () => {
    const early = await found('leftmost', { dimension: 5, tolerance: 1e-9 })
    expect(() => flowStability(early)).toThrow('arnoldi has not converged in 5 products')
  })
})

describe('stepStability of updateJacobian', () => {
  const lr = 0.2

  it('simultaneous: sqrt(1 + (lr/2)²) on the Dirac-GAN, unstable', async () => {
    const found = stepStability(await spectrum(plain, simultaneous(), sgd(lr)))
    expect(found.verdict).toBe('unstable')
    expect(1 - found.margin).toBeCloseTo(Math.hypot(1, lr / 2), 9)
  })

  it('alternating: on the unit circle, 1 - a²/2 ± i sqrt(1 - (1 - a²/2)²) with a = lr/2, marginal', async () => {
    const zs = await spectrum(plain, alternating({ critic: 1 }), sgd(lr))
    const re = 1 - (lr / 2) ** 2 / 2
    expect(zs[0]!.re).toBeCloseTo(re, 7)
    expect(zs[0]!.im).toBeCloseTo(Math.sqrt(1 - re * re), 7)
    expect(stepStability(zs)).toMatchObject({ verdict: 'marginal' })
  })

  it('extragradient: 1 - a² ± ia, stable', async () => {
    const zs = await spectrum(plain, extragradient(), sgd(lr))
    expect(zs[0]!.re).toBeCloseTo(1 - (lr / 2) ** 2, 7)
    expect(zs[0]!.im).toBeCloseTo(lr / 2, 7)
    expect(stepStability(zs)).toMatchObject({ verdict: 'stable' })
  })

  it('R1 makes simultaneous play stable at this rate: 1 + lr (-g/2 ± sqrt(g²/4 - 1/4))', async () => {
    const g = 0.6
    const found = stepStability(await spectrum(regularized(g), simultaneous(), sgd(lr)))
    expect(found.verdict).toBe('stable')
    expect(1 - found.margin).toBeCloseTo(Math.hypot(1 - (lr * g) / 2, lr * Math.sqrt(1 / 4 - (g * g) / 4)), 8)
  })

  it('knows optimizer memory: momentum b adds z² - (1 + b ± i lr/2) z + b = 0 for each eigenvalue of the field', async () => {
    const b = -0.3
    const zs = await spectrum(plain, simultaneous(), sgd(lr, { momentum: b }))
    expect(zs.length).toBe(4)
    for (const { re, im } of zs) {
      // Which of the two signs holds: the residual of the better one.
      const residual = (s: number) => {
        const [sr, si] = [re * re - im * im - (1 + b) * re + b, 2 * re * im - (1 + b) * im]
        return Math.hypot(sr + (s * lr * im) / 2, si - (s * lr * re) / 2)
      }
      expect(Math.min(residual(1), residual(-1))).toBeLessThan(1e-7)
    }
  })

  it.each([
    ['extragradient', extragradient()],
    ['optimistic', optimistic()],
    ['consensus', consensus(0.5)],
    ['symplectic adjustment', symplecticAdjustment(0.5, { align: false })],
    ['alternating, generator twice', alternating({ generator: 2, critic: 1 })],
  ])('exact and numeric agree for %s', async (_name, dynamics) => {
    const step = makeStep({ game: regularized(0.6), dynamics, optimizer: sgd(lr) })
    const batches = Array(step.draws).fill(undefined)
    const [one, other] = await Promise.all(
      (['exact', 'numeric'] as const).map(method => updateJacobian(step, step.init(0), batches, { method })),
    )
    expect(one!.moved).toBe(0)
    for (const [i, row] of one!.matrix.entries())
      for (const [j, x] of row.entries()) expect(other!.matrix[i]![j], `${i},${j}`).toBeCloseTo(x, 4)
  })

  it('exact and numeric agree, and leave no tensors behind', async () => {
    const step = makeStep({
      game: regularized(0.6),
      dynamics: alternating({ critic: 2 }),
      optimizer: sgd(lr, { momentum: 0.5 }),
    })
    const state = step.init(0)
    const batches = [undefined, undefined]
    const one = await updateJacobian(step, state, batches)
    const before = memory().numTensors
    const other = await updateJacobian(step, state, batches, { method: 'numeric' })
    await updateJacobian(step, state, batches)
    expect(memory().numTensors).toBe(before)
    expect(other.names).toEqual(one.names)
    expect(one.names).toEqual([
      'params/critic',
      'params/generator',
      'optimizers/critic/velocity',
      'optimizers/generator/velocity',
    ])
    for (const [i, row] of one.matrix.entries())
      for (const [j, x] of row.entries()) expect(other.matrix[i]![j], `${i},${j}`).toBeCloseTo(x, 4)
  })

  it('tells a point that moves, and a step that has no derivative', async () => {
    const moving = makeStep({
      game: bilinear({ from: { x: [3], y: [4] } }),
      dynamics: simultaneous(),
      optimizer: sgd(0.5),
    })
    const { moved, matrix } = await updateJacobian(moving, moving.init(0), [undefined])
    expect(moved).toBeCloseTo(2, 6)
    expect(modulus(eigenvalues(matrix)[0]!)).toBeCloseTo(Math.hypot(1, 0.5), 6)
    // Adam divides by a running size of the gradient, 0 here, and a tiny epsilon.
    const stuck = makeStep({ game: plain, dynamics: simultaneous(), optimizer: adam(0.1) })
    await expect(updateJacobian(stuck, stuck.init(0), [undefined])).rejects.toThrow('use sgd')
  })
})
