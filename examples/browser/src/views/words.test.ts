import { describe, expect, it } from 'vitest'
import type { RunState } from '../messages.ts'
import { duration, factsOf, statusOf } from './words.ts'

const choice = { recipe: 'ring', backend: 'wasm', engine: 'eager', seed: 0, steps: 4000 }
const run = (change: Partial<RunState>): RunState => ({
  phase: 'idle',
  choice,
  step: 0,
  seconds: 0,
  ...change,
})

describe('words about a run', () => {
  it.each<[Partial<RunState>, string]>([
    [{ phase: 'preparing' }, 'Getting ready…'],
    [{}, 'Ready to start.'],
    [{ phase: 'training', step: 1234 }, 'Training, 30 % done.'],
    [{ phase: 'stopping', step: 1234 }, 'Saving and judging…'],
    [{ step: 1234, saved: 1234 }, 'Paused and saved at step 1,234.'],
    [{ step: 1234, saved: 1000 }, 'Paused at step 1,234.'],
    [{ step: 4000, saved: 4000 }, 'Done: 4,000 steps.'],
  ])('%j: %s', (change, words) => {
    expect(statusOf(run(change))).toBe(words)
  })

  it('facts before and while training', () => {
    expect(Object.fromEntries(factsOf(run({})))).toMatchObject({
      Backend: 'wasm',
      'Runs on': '…',
      Speed: '–',
    })
    const machine = { backend: 'wasm', device: 'CPU', threads: 2, engine: 'eager' }
    expect(
      Object.fromEntries(factsOf(run({ machine, step: 10, stepsPerSecond: 99.96, seconds: 61 }))),
    ).toEqual({
      Backend: 'wasm',
      'Runs on': 'CPU, 2 threads',
      Engine: 'eager',
      Step: '10 of 4,000',
      Speed: '100.0 steps/s',
      Time: '1 min 1 s',
      Saved: 'not yet',
    })
  })

  it('durations', () => {
    expect([0.9, 59.9, 60, 3725].map(duration)).toEqual(['0 s', '59 s', '1 min 0 s', '62 min 5 s'])
  })
})
