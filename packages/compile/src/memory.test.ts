import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { constant, type Graph, input, type Node } from './graph.ts'
import { call } from './kernels.ts'
import { needRoom, peakOf } from './memory.ts'
import { bytesOfPlan, planOf } from './program.ts'
import type { Target } from './target.ts'
import { onnxruntimeNode } from './targets/onnxruntime-node.ts'
import { TooLarge } from './too-large.ts'

const MB = 2 ** 20
const at = (kind: Target['kind'], limits: Partial<Target> = {}): Target => ({
  name: 'none',
  kind,
  load: () => Promise.reject(new Error('not loaded here')),
  ...limits,
})

/** A product of n x n (64), its negative and the sum of both: 16 KB each, the sum being handed out. */
function product(n = 64): Graph {
  const [a, b] = [input([n, n]), input([n, n])]
  const c = call('BatchMatMul', [a, b], { transposeA: false, transposeB: false })
  return { inputs: [a, b], outputs: [call('Add', [c, call('Neg', [c])])] }
}

describe('what a plan takes', () => {
  test('of the runtime: of every native session, or the greatest with its inputs and outputs in WebAssembly, nothing known on a GPU', () => {
    const KB = 1024
    for (const [kind, expected] of [
      // Both the product and its negative are alive, the sum is written where it was asked for; twice, with gaps.
      ['cpu', 1.75 * 32 * KB],
      ['wasm', (32 + 3 * 16) * KB],
    ] as const) {
      const plan = planOf(product(), { target: { kind } })
      const file = plan.stages[0]!.model!.model.length
      expect(plan.stages[0]!.model!.room).toBe(32 * KB)
      expect(peakOf([plan], kind) - 2 * file).toBe(expected)
      expect(peakOf([plan, plan], kind) - 4 * file).toBe(kind === 'cpu' ? 2 * expected : expected)
    }
    expect(peakOf([planOf(product(), { target: { kind: 'gpu' } })], 'gpu')).toBe(0)
  })

  test('of the arena: constants that are handed out, and what passes between stages', () => {
    const { inputs, outputs } = product(80)
    const two = constant(new Float32Array(20).fill(2), [20], 'float32')
    const plain = planOf({ inputs, outputs: [...outputs, two] }, { target: { kind: 'cpu' } })
    // 80 bytes, in multiples of 64.
    expect(bytesOfPlan(plain)).toBe(128)
    // A product for a kernel, and what the kernel makes of it for another product.
    const [a] = inputs as [Node, Node]
    const update = call('Add', [a, call('Square', outputs)])
    const again = call('BatchMatMul', [update, a], { transposeA: false, transposeB: false })
    const plan = planOf({ inputs, outputs: [again] }, { target: { kind: 'cpu' }, updates: [update] })
    expect(plan.stages.map(({ kind }) => kind)).toEqual(['model', 'element-wise', 'model'])
    expect(bytesOfPlan(plan)).toBe(2 * 80 * 80 * 4)
  })
})

describe('refused, with the figures', () => {
  const needs = { arena: 3 * MB, inside: 5 * MB }

  test('what the host cannot give', () => {
    expect(() => needRoom(at('cpu', { available: () => 8 * MB }), needs)).not.toThrow()
    const refused = () => needRoom(at('cpu', { available: () => 7.5 * MB }), needs)
    expect(refused).toThrow(TooLarge)
    expect(refused).toThrow(
      /needs about 8 MB \(3 MB for parameters, .*, 5 MB inside the step\), and 7 MB are free: use a smaller batch/,
    )
  })

  test('what the runtime has no addresses for', () => {
    expect(() => needRoom(at('wasm', { within: () => 5 * MB }), needs)).not.toThrow()
    const refused = () => needRoom(at('wasm', { available: () => 2 ** 40, within: () => 4 * MB }), needs)
    expect(refused).toThrow(TooLarge)
    expect(refused).toThrow(/needs about 8 MB .*, and 4 MB are free inside the runtime: use a smaller batch/)
  })

  test('nothing where nothing is known', () => {
    expect(() => needRoom(at('gpu'), { arena: 2 ** 40, inside: 0 })).not.toThrow()
  })
})

const there = await onnxruntimeNode().then(
  () => true,
  (e: Error) => void console.warn(`skipped: ${e.message}`),
)

test.skipIf(!there)('the estimate is about what a process grows by', () => {
  const fixture = fileURLToPath(new URL('./memory.fixture.ts', import.meta.url))
  const flags = ['--expose-gc', '--import', 'tsx', '--conditions=@equilibria/source']
  const { stdout } = spawnSync('node', [...flags, fixture, 'dcgan', '64'], { encoding: 'utf8' })
  const { estimated, grown } = JSON.parse(stdout.trim().split('\n').at(-1)!)
  expect(estimated / grown).toBeGreaterThan(1 / 2)
  expect(estimated / grown).toBeLessThan(2)
})
