import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { getGradient, setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { registerWasmKernels } from '../../../backends/src/wasm/index.ts'
import { gradientFaults, gradientTable } from '../testing/gradient-faults.ts'
import { type GradientReport, gradientReports } from '../testing/gradient-reports.ts'
import { cases } from './cases/index.fixture.ts'
import { rules } from './gradients/index.ts'
import { refusals } from './gradients/refusals.ts'
import { mend } from './index.ts'

/** Kernels that no backend at hand has, or that give integers no case here makes a cost of. */
const withoutCase = [
  'BroadcastTo',
  'LogSoftmax',
  'LogicalXor',
  'BitwiseAnd',
  'LowerBound',
  'UpperBound',
  'SearchSorted',
]

/** How often each kernel's gradient function was called. */
const calls = new Map<string, number>()

function count(): void {
  mend()
  for (const { kernel } of rules) {
    const config = getGradient(kernel)
    const { gradFunc } = config
    config.gradFunc = (...args) => {
      calls.set(kernel, (calls.get(kernel) ?? 0) + 1)
      return gradFunc(...args)
    }
  }
}

let reports: readonly GradientReport[]

beforeAll(async () => {
  await setBackend('wasm')
  registerWasmKernels()
  await setBackend('cpu')
  count()
  reports = await gradientReports(cases, { backends: ['cpu', 'wasm'] })
  console.log(gradientTable(reports))
}, 120_000)

describe('gradients to second order', () => {
  it('are right on float64, cpu and wasm', () => {
    const faults = cases.flatMap((spec, i) => gradientFaults(spec, reports[i]!))
    expect(faults).toEqual([])
  })

  it('are covered: every gradient function is called by a case, or refuses', () => {
    const refusing = new Set(refusals.map(rule => rule.kernel))
    const missed = rules
      .map(rule => rule.kernel)
      .filter(kernel => !calls.has(kernel) && !refusing.has(kernel))
    expect(missed.sort()).toEqual(withoutCase.sort())
  })

  it('have distinct cases and kernels', () => {
    const repeated = (names: string[]) => names.filter((name, i) => names.indexOf(name) !== i)
    expect(repeated(cases.map(spec => spec.name))).toEqual([])
    expect(repeated(rules.map(rule => rule.kernel))).toEqual([])
  })
})
