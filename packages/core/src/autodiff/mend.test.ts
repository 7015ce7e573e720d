import { engine, getGradient, registerGradient, unregisterGradient } from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { rules } from './gradients/index.ts'
import { mend } from './index.ts'

it('registers every gradient function without a backend, and again is a no-op', () => {
  expect(engine().backendName).toBeUndefined()
  mend()
  const configs = rules.map(rule => getGradient(rule.kernel))
  expect(configs.every(config => config !== undefined)).toBe(true)
  mend()
  rules.forEach((rule, i) => {
    expect(getGradient(rule.kernel)).toBe(configs[i])
  })
  expect(engine().backendName).toBeUndefined()
})

it('puts back what another import replaced, and leaves kernels of others alone', () => {
  mend()
  const ours = getGradient('Tanh')
  const theirs = { kernelName: 'Tanh', gradFunc: () => ({}) }
  const foreign = { kernelName: 'MyKernel', gradFunc: () => ({}) }
  registerGradient(theirs)
  registerGradient(foreign)
  unregisterGradient('Add')
  mend()
  expect(getGradient('Tanh')).toBe(ours)
  expect(getGradient('Add')).toBeDefined()
  expect(getGradient('MyKernel')).toBe(foreign)
})

it('takes a small part of a millisecond when there is nothing to do', () => {
  mend()
  const start = performance.now()
  for (let i = 0; i < 200; i++) mend()
  // Some 0.02 ms on a quiet machine.
  expect((performance.now() - start) / 200).toBeLessThan(2)
})
