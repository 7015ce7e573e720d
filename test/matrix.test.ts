import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Report } from './matrix/checks.ts'
import { checkNames, patience, targets } from './matrix/targets.ts'

// Every backend proved: gradients of every operation, steps, memory, resume, loss of the device. Minutes, so only when asked; `npm run
// matrix` writes the same down as a table.

const asked = process.env.EQUILIBRIA_MATRIX === '1'
const lab = asked ? await (await import('./matrix/matrix.ts')).laboratory() : undefined
const why = (missing: string | undefined) => (missing === undefined ? '' : ` (skipped: ${missing})`)

afterAll(() => lab?.close())

describe.each(targets)('$name', target => {
  const missing = lab ? lab.missing(target) : 'takes minutes; set EQUILIBRIA_MATRIX=1'
  describe.skipIf(missing !== undefined)(`is proved${why(missing)}`, () => {
    let report: Report
    beforeAll(async () => {
      report = await lab!.check(target)
    }, patience)

    it('runs on the backend it says, and on no other', () => {
      expect(report.backend).toMatchObject({ name: target.backend, backend: target.backend })
      expect(report.backend.adapter !== undefined).toBe(target.backend.startsWith('webg'))
      const [build, provider] = target.engine?.split(' ') ?? []
      if (build) expect(report.compiler).toMatch(new RegExp(`^onnxruntime-${build} [\\d.]+ ${provider}`))
      else expect(report.compiler).toBeUndefined()
      if (target.engine === 'web webgpu') expect(report.compiler).toMatch(/; ./)
    })

    it.each(checkNames)('%s', name => {
      const finding = report.findings[name]
      if (name === 'device lost') expect(finding !== undefined).toBe(target.backend.startsWith('webg'))
      else expect(finding).toBeDefined()
      expect(finding?.faults ?? []).toEqual([])
    })
  })
})
