import { corePlugin, createRegistry, type Loss, type Regularizer } from '@equilibria/core'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { lossesPlugin } from './plugin.ts'

const registry = () => {
  const r = createRegistry()
  r.use(corePlugin)
  r.use(lossesPlugin)
  return r
}

describe('plugin', () => {
  it('knows every loss and regularizer of the package', () => {
    expect(registry().names('losses')).toEqual([
      'began',
      'cramer',
      'dualContrastive',
      'ebgan',
      'energyDistance',
      'fGan',
      'hinge',
      'leastSquares',
      'maximumLikelihood',
      'minimax',
      'mmd',
      'nonSaturating',
      'relativisticAverage',
      'relativisticPairing',
      'repulsiveMmd',
      'softmaxGan',
      'topK',
      'wasserstein',
    ])
    expect(registry().names('regularizers')).toEqual([
      'balancedConsistency',
      'consistency',
      'dragan',
      'every',
      'featureMatching',
      'gradientPenalty',
      'historicalAveraging',
      'latentConsistency',
      'latentSensitivity',
      'latentTransport',
      'leCam',
      'modeSeeking',
      'orthogonalPenalty',
      'pathLength',
      'r1',
      'r2',
    ])
    expect(registry().names('augmentations')).toEqual(['flipAndShift'])
  })

  it('gives factories the types that their calls by name have', () => {
    const { factory } = registry()
    expectTypeOf(factory('losses', 'leastSquares'))
      .parameter(0)
      .toEqualTypeOf<{ a?: number; b?: number; c?: number } | undefined>()
    expectTypeOf(factory('losses', 'minimax')).returns.toEqualTypeOf<Loss>()
    expectTypeOf(factory('regularizers', 'r1')({ gamma: 3 })).toEqualTypeOf<Regularizer>()
    const term = factory('regularizers', 'r1')({ gamma: 3 })
    expect(typeof factory('regularizers', 'every')({ k: 2, term })).toBe('function')
  })

  it.each([
    [
      { name: 'every', k: 0, term: 'r1' },
      /^regularizers: every: k must be a whole number of steps >= 1, got 0/,
    ],
    [{ name: 'every', k: 1.5, term: 'r1' }, /every: k must be a whole number/],
    [
      { name: 'every' },
      /regularizers\.term: must be given; known regularizers: balancedConsistency, .*, r1, r2/,
    ],
    [
      { name: 'every', term: { name: 'r1', gamma: -1 } },
      /regularizers\.term: r1: gamma must be a number >= 0, got -1/,
    ],
    [{ name: 'r2', gamma: 'much' }, /regularizers\.gamma: unknown schedule "much"; known: cosine/],
    [
      { name: 'gradientPenalty', weight: 'much' },
      /regularizers\.weight: expected a number like 10, got "much"/,
    ],
    [{ name: 'gradientPenalty', sided: 'both' }, /sided must be one of two, one, zero, got "both"/],
    [
      { name: 'gradientPenalty', target: 0 },
      /target must be a number > 0, got 0; for target 0 use sided: "zero"/,
    ],
    [{ name: 'gradientPenalty', weight: -1 }, /weight must be a number >= 0, got -1/],
  ] as const)('%j is refused', (spec, message) => {
    expect(() => registry().make('regularizers', spec)).toThrow(message)
  })
})
