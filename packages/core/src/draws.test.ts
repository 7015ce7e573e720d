import '@tensorflow/tfjs-backend-cpu'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { draw, watchDraws } from './draws.ts'
import { bits, fold, key } from './key.ts'
import { bernoulli, normal, uniform, uniforms } from './random.ts'

beforeAll(() => setBackend('cpu'))

test.each([
  ['normal', normal],
  ['uniform', uniform],
  ['bernoulli', (k: ReturnType<typeof key>, shape: number[]) => bernoulli(k, shape, 0.5)],
])('%s is told as a recipe that makes the same numbers from another root', (_, sample) => {
  const [here, there] = [fold(key(7), 1), fold(key(7), 2)]
  const inside = (root: ReturnType<typeof key>) => fold(fold(root, 'latent'), 3)
  watchDraws(here, drawOf => {
    const numbers = sample(inside(here), [2, 3]).dataSync()
    // The cpu backend keeps the very array a tensor was made from.
    const draw = drawOf(numbers)!
    expect(draw.path).toEqual(['latent', 3])
    expect(draw.make(draw.path.reduce(fold, there))).toEqual(sample(inside(there), [2, 3]).dataSync())
    expect(drawOf(new Float32Array(6))).toBeUndefined()
  })
})

test('numbers that are in no draw are told of, those in one and those of other keys are not', () => {
  const root = key(4)
  let unnoted = 0
  watchDraws(
    root,
    () => {
      draw(fold(root, 'noted'), k => uniforms(fold(k, 'inner'), 3))
      normal(root, [2])
      uniforms(key(5), 3)
      expect(unnoted).toBe(0)
      uniforms(fold(root, 'loose'), 3)
      expect(unnoted).toBe(1)
      expect(() =>
        draw(root, () => {
          throw new Error('odd')
        }),
      ).toThrow('odd')
      bits(root, 1)
    },
    () => unnoted++,
  )
  expect(unnoted).toBe(2)
  bits(root, 1)
  expect(unnoted).toBe(2)
})

test('a key from elsewhere is refused, and nothing is watched afterwards', () => {
  let drawOfLater: Parameters<Parameters<typeof watchDraws>[1]>[0] | undefined
  watchDraws(key(1), drawOf => {
    const numbers = normal(fold(key(2), 'x'), [3]).dataSync()
    expect(() => drawOf(numbers)).toThrow('not folded from the step')
    drawOfLater = drawOf
  })
  const root = key(1)
  expect(drawOfLater!(normal(root, [3]).dataSync())).toBeUndefined()
})
