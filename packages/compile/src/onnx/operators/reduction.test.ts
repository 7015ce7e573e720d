import { expect, test } from 'vitest'
import { arenaOf } from '../../arena.ts'
import { input } from '../../graph.ts'
import { call } from '../../kernels.ts'
import { onnxruntimeNode } from '../../targets/onnxruntime-node.ts'
import { onnxruntimeWeb } from '../../targets/onnxruntime-web.ts'
import { lower } from '../lower.ts'

const makers = [
  ['onnxruntime-node', onnxruntimeNode],
  ['onnxruntime-web', onnxruntimeWeb],
] as const

test.each(makers)('a long sum keeps its digits on %s', async (_, make) => {
  const target = await make({ threads: 1 }).catch((e: Error) => e)
  if (target instanceof Error) return console.warn(`skipped: ${target.message}`)
  // The last two have no divisors that would help.
  for (const [shape, divides] of [
    [[4096], true],
    [[64, 64], true],
    [[3, 2048], true],
    [[2042], false],
    [[2053], false],
  ] as const) {
    const [x, axis] = [input(shape, 'float32'), shape.length - 1]
    const whole = shape[0] === shape[1] ? [0, 1] : [axis]
    const mean = call('Mean', [x], { axis: whole })
    const model = lower({ inputs: [x], outputs: [mean] }, { device: target })
    const session = await target.load(model)
    const arena = arenaOf(2 ** 16)
    const [given, found] = [arena.region(x.shape, 'float32'), arena.region(mean.shape, 'float32')]
    // Values of one sign and of much the same size, as a kernel's of a discrepancy: what is rounded away adds up.
    for (let i = 0; i < given.view.length; i++) given.view[i] = 5 - ((i * 0.6180339887) % 1)
    await session.run([given], [found])
    await session.release()
    const n = given.view.length / found.view.length
    for (const [row, value] of found.view.entries()) {
      const exact = Array.from(given.view.subarray(row * n, (row + 1) * n)).reduce((sum, v) => sum + v, 0) / n
      expect(Math.abs(value - exact) / exact, `${shape}`).toBeLessThan(divides ? 3e-7 : 3e-6)
    }
  }
})
