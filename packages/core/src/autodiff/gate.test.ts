import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import { setBackend } from '@tensorflow/tfjs-core'
import { it } from 'vitest'
import { registerWasmKernels } from '../../../backends/src/wasm/index.ts'
import { gradientReports } from '../testing/check-gradients.ts'
import { composites } from './cases/composite.fixture.ts'
import { convolution } from './cases/convolution.fixture.ts'
import { elementwise } from './cases/elementwise.fixture.ts'
import { images } from './cases/image.fixture.ts'
import { linear } from './cases/linear.fixture.ts'
import { reductions } from './cases/reduction.fixture.ts'
import { shapes } from './cases/shape.fixture.ts'

it('table', async () => {
  await setBackend('wasm')
  registerWasmKernels()
  await setBackend('cpu')
  const cases = [
    ...elementwise,
    ...reductions,
    ...shapes,
    ...linear,
    ...convolution,
    ...images,
    ...composites,
  ]
  const t = performance.now()
  const reports = await gradientReports(cases, { backends: ['cpu', 'wasm'] })
  console.log(cases.length, performance.now() - t)
  const bad = (x: number | string, tol: number) => typeof x === 'string' || !(x < tol)
  const show = (x: number | string) => (typeof x === 'number' ? x.toExponential(1) : x.slice(0, 120))
  for (const r of reports) {
    const rows = [
      ['f64', r.float64, 1e-6] as const,
      ...Object.entries(r.backends).map(([n, o]) => [n, o, 1e-4] as const),
    ]
    for (const [n, o, tol] of rows) {
      if (bad(o.first, tol) || bad(o.second, tol))
        console.log(`${r.name} | ${n} | ${show(o.first)} | ${show(o.second)}`)
    }
    if (r.leaks) console.log(r.name, 'leaks', r.leaks)
  }
})
