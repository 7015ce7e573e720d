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

/** Cases whose kernels compute wrong values on a backend, forward; each must still fail, so that none outstays its fault. */
const wrongKernels: Record<string, Record<string, string>> = {
  conv3dTranspose: { wasm: 'Conv3DBackpropInputV2 gives wrong numbers' },
  'avgPool padded by 1, rounded up': { wasm: 'AvgPool takes rounding up for rounding down' },
  'maxPool padded by 1, rounded up': { wasm: 'MaxPool takes rounding up for rounding down' },
  'maxPool3d, padded': { wasm: 'MaxPool3D loses windows without a positive entry' },
}

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
    const faults = cases.flatMap((spec, i) => {
      const excused = wrongKernels[spec.name] ?? {}
      const found = gradientFaults(spec, reports[i]!)
      return found.filter(fault => !Object.keys(excused).some(backend => fault.includes(`: ${backend}, `)))
    })
    expect(faults).toEqual([])
  })

  it('excuses only what still fails', () => {
    const stale = Object.entries(wrongKernels).flatMap(([name, backends]) => {
      const i = cases.findIndex(spec => spec.name === name)
      const found = i < 0 ? [] : gradientFaults(cases[i]!, reports[i]!)
      return Object.keys(backends)
        .filter(backend => !found.some(fault => fault.includes(`: ${backend}, `)))
        .map(backend => `${name} on ${backend}`)
    })
    expect(stale).toEqual([])
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
