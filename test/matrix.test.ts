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

    it('runs on the backend it says, on the adapter that is expected, and on no other', () => {
      expect(report.backend).toMatchObject({ name: target.backend, backend: target.backend })
      const graphics = target.backend.startsWith('webg')
      expect(report.backend.adapter !== undefined).toBe(graphics)
      const [build, provider = ''] = target.engine?.split(' ') ?? []
      if (build) expect(report.compiler).toMatch(new RegExp(`^onnxruntime-${build} [\\d.]+ ${provider}, .`))
      else expect(report.compiler).toBeUndefined()
      if (!graphics && provider !== 'webgpu') return
      // Tests ask Chromium for its software GPU; Node takes the driver that it is told of, Chromium's where it is told of none.
      const asked =
        target.runs === 'chromium' || /swiftshader/.test(process.env.VK_ICD_FILENAMES ?? '')
          ? /swiftshader/i
          : /^(?!.*(swiftshader|llvmpipe|lvp|software)).*$/i
      expect(graphics ? report.backend.device : report.compiler).toMatch(asked)
    })

    it.each(checkNames)('%s', name => {
      const finding = report.findings[name]
      // onnxruntime-node keeps its device to itself.
      const breakable = target.backend.startsWith('webg') || target.engine === 'web webgpu'
      if (name === 'device lost') expect(finding !== undefined).toBe(breakable)
      else expect(finding).toBeDefined()
      expect(finding?.faults ?? []).toEqual([])
    })
  })
})

// Whatever has a name is held against eager on onnxruntime-node in packages/compile, and on onnxruntime-web with EQUILIBRIA_COMPILED=web; here a few of
// each kind: long sums, ratios and exponentials, convolutions in groups and in halves, spectral norm, two players in turn.
const named = {
  losses: ['nonSaturating', 'wasserstein', 'mmd {"kernel":"gaussian"}', 'fGan {"divergence":"reverseKl"}'],
  networks: [
    'dcgan.critic {"width":4,"norm":"spectral"}',
    'resnet.generator {"dimensions":4,"width":8}',
    'r3gan.critic',
  ],
  dynamics: ['alternating', 'extragradient'],
} as const

describe.skipIf(!asked)('compiled on onnxruntime-web, costs and gradients are those of eager', () => {
  const kinds = Object.entries(named) as [keyof typeof named, readonly string[]][]
  it.each(kinds.flatMap(([kind, names]) => names.map(name => [kind, name] as const)))(
    '%s: %s',
    async (kind, name) => {
      const { compiled, onnxruntimeWeb } = await import('@equilibria/compile')
      const { compare, expectAgreement, useWasm } = await import('../packages/compile/src/compare.fixture.ts')
      const found = (await import('../packages/compile/src/subjects.fixture.ts'))[kind].find(({ title }) =>
        title.startsWith(name),
      )!
      await useWasm()
      const n = kind === 'losses' ? 64 : 8
      expectAgreement(await compare(compiled(await onnxruntimeWeb()), found.make(), { n, states: 5 }))
    },
  )
})
