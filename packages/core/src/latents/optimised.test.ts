import '@tensorflow/tfjs-backend-cpu'
import {
  add,
  matMul,
  mul,
  reshape,
  type Scalar,
  setBackend,
  square,
  sum,
  type Tensor,
  tensor,
  tensor2d,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  clockAt,
  corePlugin,
  createRegistry,
  fieldOf,
  fold,
  gan,
  gaussianLatent,
  gradients,
  key,
  type Latent,
  type Loss,
  makeStep,
  type Network,
  optimised,
  sgd,
  simultaneous,
  truncated,
  uniformLatent,
} from '../index.ts'
import { checkGradients, FLOAT64, registerFloat64 } from '../testing.ts'

beforeAll(() => setBackend('cpu'))
afterAll(() => setBackend('cpu'))

const inner = gaussianLatent(2)
const values = async (t: Tensor) => [...(await t.data())]
const z = () => tensor2d([1, -2, 0.5, 3, 0, 1], [3, 2])

// D(G(z)) = 2 z1 - z2: its gradient is (2, -1) everywhere.
const tilted = (x: Tensor) => reshape(matMul(x, tensor2d([2, -1], [2, 1])), [-1])
const shifted = async (latent: Latent) => {
  const [before, after] = [await values(z()), await values(latent.refine!(z(), tilted, key(1)))]
  return after.map((a, i) => a - before[i]!)
}

describe('optimised', () => {
  it.each([
    [{ method: 'gradient', rate: 0.1 } as const, 0.1],
    [{ method: 'natural', rate: 0.9, damping: 4 } as const, 0.9 / (4 + 5)],
    [{ method: 'gradient', rate: 0.1, steps: 3 } as const, 0.3],
  ])('%j moves every row along the gradient, by %s of it', async (options, share) => {
    for (const [i, d] of (await shifted(optimised(options, inner))).entries())
      expect(d).toBeCloseTo(share * [2, -1][i % 2]!, 5)
  })

  it('moves a share of the rows, by the key, and leaves the others as drawn', async () => {
    const latent = optimised({ method: 'gradient', rate: 1, share: 0.5 }, inner)
    const drawn = latent.draw(key(3), 400)
    const [before, after] = [await values(drawn), await values(latent.refine!(drawn, tilted, key(4)))]
    const moved = before.filter((_, i) => i % 2 === 0).filter((b, i) => after[2 * i] !== b).length
    expect(moved).toBeGreaterThan(150)
    expect(moved).toBeLessThan(250)
  })

  it('keeps bounded latents bounded', async () => {
    const latent = optimised({ method: 'gradient', rate: 10, bound: 1 }, uniformLatent(2, 1))
    const moved = await values(latent.refine!(latent.draw(key(1), 50), tilted, key(1)))
    expect(moved.every(v => Math.abs(v) <= 1)).toBe(true)
  })

  it('draws, and truncates, as the latents it wraps', async () => {
    const latent = optimised({}, inner)
    expect(await values(latent.draw(key(2), 5))).toEqual(await values(inner.draw(key(2), 5)))
    const cut = truncated(0.5, latent)
    expect(await values(cut.draw(key(2), 5))).toEqual(await values(truncated(0.5, inner).draw(key(2), 5)))
    expect(cut.refine).toBeTypeOf('function')
  })

  it('has first and second derivatives in latents and in what the critic depends on', async () => {
    for (const method of ['natural', 'gradient'] as const)
      await checkGradients({
        name: method,
        inputs: [{ shape: [3, 2] }, { shape: [2, 4] }, { shape: [4, 1] }],
        f: (start, hidden, out) =>
          optimised({ method, rate: 0.5, damping: 0.7, steps: 2 }, inner).refine!(
            start!,
            x => reshape(matMul(square(matMul(x, hidden!)), out!), [-1]),
            key(1),
          ),
      })
  })

  it.each([
    [{ rate: 0 }, 'rate must be a number > 0, got 0'],
    [{ damping: 0 }, 'damping must be a number > 0, got 0'],
    [{ steps: 0 }, 'steps must be a whole number >= 1, got 0'],
    [{ share: 1.5 }, 'share must lie in (0, 1], got 1.5'],
    [{ bound: -1 }, 'bound must be a number > 0, got -1'],
    [{ method: 'newton' as never }, 'method must be "natural" or "gradient", got "newton"'],
  ])('%j is refused', (options, message) => {
    expect(() => optimised(options, inner)).toThrow(`optimised: ${message}`)
  })

  it('is known by name', () => {
    const registry = createRegistry()
    registry.use(corePlugin)
    const named = registry.make('latents', {
      name: 'optimised',
      latent: { name: 'uniform', dimensions: 3 },
      bound: 1.7,
    })
    expect(named.dimensions).toBe(3)
    expect(named.refine).toBeTypeOf('function')
  })
})

// D(x) = a x^2 / 2 and G(z) = b z, on numbers: everything has a closed form.
const square1: Network<Tensor, Tensor, Tensor> = {
  init: () => tensor([0.7]),
  apply: (a, x) => reshape(mul(mul(a, 0.5), square(x)), [-1]),
}
const scale: Network<Tensor, Tensor, Tensor> = { init: () => tensor([1.3]), apply: (b, x) => mul(b, x) }
const wasserstein: Loss = {
  zeroSum: true,
  critic: (_, fake) => sum(fake),
  generator: fake => mul(-1, sum(fake)),
}
const rate = 0.2
const game = gan({
  generator: scale as unknown as Network,
  critic: square1 as unknown as Network,
  latent: optimised({ method: 'gradient', rate }, gaussianLatent(1)),
  loss: wasserstein,
})

describe('optimised in a game', () => {
  it('moves latents towards what the critic takes for real, be that high logits or low energies', async () => {
    await setBackend('cpu')
    // The critic's output is a x^2 / 2: latents moved up it grow, moved down it shrink.
    const sizes = (outputs: 'logits' | 'energies') => {
      const seen: number[][] = []
      const watched: Network<Tensor, Tensor, Tensor> = {
        ...scale,
        apply: (b, z) => {
          seen.push([...z.dataSync()])
          return mul(b, z)
        },
      }
      const { generator } = gan({
        generator: watched as unknown as Network,
        critic: { ...square1, outputs } as unknown as Network,
        latent: optimised({ method: 'gradient', rate }, gaussianLatent(1)),
        loss: { outputs, critic: (_, fake) => sum(fake) as Scalar, generator: fake => sum(fake) as Scalar },
      })
      const at = { critic: tensor([0.7]), generator: tensor([1.3]) }
      const turn = {
        batch: { data: tensor([1, 2], [2, 1]) },
        key: key(0),
        clock: clockAt(0),
        memory: {},
        slots: {},
      }
      generator.cost(at, turn)
      const [drawn, moved] = [seen[0]!, seen.at(-1)!]
      return moved.map((m, i) => m / drawn[i]!)
    }
    const gain = rate * 0.7 * 1.3 ** 2
    for (const ratio of sizes('logits')) expect(ratio).toBeCloseTo(1 + gain, 5)
    for (const ratio of sizes('energies')) expect(ratio).toBeCloseTo(1 - gain, 5)
  })

  it('gives both players gradients through the step: closed form, and the mixed second derivative', async () => {
    registerFloat64()
    for (const backend of ['cpu', FLOAT64]) {
      await setBackend(backend)
      const digits = backend === FLOAT64 ? 6 : 4
      const drawn = await values(gaussianLatent(1).draw(fold(key(0), 'latent'), 4))
      const sumOfSquares = drawn.reduce((s, v) => s + v * v, 0)
      const [a, b] = [0.7, 1.3].map(Math.fround) as [number, number]
      // z' = z (1 + rate a b^2); the critic's cost is C = a/2 b^2 (1 + rate a b^2)^2 sum z^2.
      const m = 1 + rate * a * b * b
      const da = sumOfSquares * ((b * b * m * m) / 2 + a * b * b * m * rate * b * b)
      const db = sumOfSquares * (a * b * m * m + a * b * b * m * rate * 2 * a * b)
      const cost = (x: number, y: number) => (x / 2) * y * y * (1 + rate * x * y * y) ** 2 * sumOfSquares
      const h = 1e-4
      const dab =
        (cost(a + h, b + h) - cost(a + h, b - h) - cost(a - h, b + h) + cost(a - h, b - h)) / (4 * h * h)
      const found = tidy(() => {
        const at = { critic: tensor([0.7]), generator: tensor([1.3]) }
        const field = fieldOf(game, () => ({
          batch: { data: tensor([1, 2, 3, 4], [4, 1]) },
          key: key(0),
          clock: clockAt(0),
          memory: {},
          slots: {},
        }))
        const mixed = gradients(() => sum(field('critic', at).grads as Tensor), [at.generator as Tensor])
        return {
          critic: add(field('critic', at).grads as Tensor, 0),
          generator: add(field('generator', at).grads as Tensor, 0),
          mixed: mixed.grads[0]!,
        }
      })
      const [critic, generator, mixed] = await Promise.all(
        [found.critic, found.generator, found.mixed].map(async t => (await values(t))[0]!),
      )
      expect(critic! / da).toBeCloseTo(1, digits)
      expect(generator! / -db).toBeCloseTo(1, digits)
      expect(mixed! / dab).toBeCloseTo(1, digits)
    }
    await setBackend('cpu')
  })

  // D(x) = psi x and G(z) = theta + z at z = 0, Wasserstein: with z' = alpha psi the critic minimises psi theta + alpha psi^2.
  it.each([0.1, 0.5, 2])(
    'damps the rotation of the Dirac-GAN: trace -2 alpha, determinant 1, alpha %s',
    async alpha => {
      const line: Network<Tensor, Tensor, Tensor> = {
        init: () => tensor([0]),
        apply: (psi, x) => reshape(mul(psi, x), [-1]),
      }
      const point: Network<Tensor, Tensor, Tensor> = {
        init: () => tensor([0]),
        apply: (theta, x) => add(theta, x),
      }
      const origin: Latent = { dimensions: 1, draw: (_, n) => zeros([n, 1]) }
      const played = gan({
        generator: point as unknown as Network,
        critic: line as unknown as Network,
        latent: optimised({ method: 'gradient', rate: alpha }, origin),
        loss: wasserstein,
      })
      const field = fieldOf(played, () => ({
        batch: { data: zeros([1, 1]) },
        key: key(0),
        clock: clockAt(0),
        memory: {},
        slots: {},
      }))
      const at = { critic: tensor([0.3]), generator: tensor([-0.2]) }
      const row = async (who: 'critic' | 'generator') => {
        const { grads } = gradients(() => sum(field(who, at).grads as Tensor), [at.critic, at.generator])
        return Promise.all(grads.map(async g => -(await values(g))[0]!))
      }
      const [[a, b], [c, d]] = [await row('critic'), await row('generator')] as [
        [number, number],
        [number, number],
      ]
      expect(a + d).toBeCloseTo(-2 * alpha, 5)
      expect(a * d - b * c).toBeCloseTo(1, 5)
    },
  )

  it('is a pure step: the same state gives the same next state', async () => {
    const step = makeStep({ game, dynamics: simultaneous(), optimizer: sgd(0.01) })
    const state = step.init(3)
    const data = tensor([1, 2, 3, 4], [4, 1])
    const cost = async () => (await step.next(state, [{ data }]).stats.critic.cost!.data())[0]
    expect(await cost()).toBe(await cost())
  })
})
