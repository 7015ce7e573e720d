import { scoped } from '@equilibria/core'
import '@tensorflow/tfjs-backend-cpu'
import { setBackend, type Tensor } from '@tensorflow/tfjs-core'
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-common'
import { beforeAll, describe, expect, it } from 'vitest'
import { difference, resultOf } from '../onnx/compare.fixture.ts'
import type { Result } from '../onnx/run.fixture.ts'
import { generators } from './generators.fixture.ts'
import { toOnnx } from './onnx.ts'
import type { RowFunction } from './row-function.ts'

interface Runtime {
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<InferenceSession> }
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => OrtTensor
}

/** As whoever gets the file would load it: with the runtime's own optimizations. */
const runtimes = await Promise.all(
  Object.entries({
    'onnxruntime-node': () => import('onnxruntime-node'),
    'onnxruntime-web': () => import('onnxruntime-web'),
  }).map(async ([name, load]) => ({
    name,
    runtime: (await load().catch(() => undefined)) as Runtime | undefined,
  })),
)

beforeAll(() => setBackend('cpu'))

const eager = (f: RowFunction, rows: readonly Tensor[]): Result =>
  scoped(() => resultOf(f.apply(rows, Object.values(f.weights))))

async function ran(session: InferenceSession, f: RowFunction, rows: readonly Tensor[], { Tensor }: Runtime) {
  const feeds = Object.keys(f.inputs).map((name, i) => {
    const { dtype, shape } = rows[i]!
    return [name, new Tensor(dtype, rows[i]!.dataSync(), shape)] as const
  })
  const { dims, data, type } = (await session.run(Object.fromEntries(feeds)))[f.output]!
  return { shape: dims, dtype: type, values: data } as Result
}

describe.each(runtimes)('an exported model in $name', ({ runtime }) => {
  it.skipIf(!runtime).each(generators)('$name: any number of rows as at once', async ({ make, rows }) => {
    const f = make()
    const session = await runtime!.InferenceSession.create(await toOnnx(f), { logSeverityLevel: 2 })
    expect(session.inputNames).toEqual(Object.keys(f.inputs))
    expect(session.outputNames).toEqual(['sample'])
    for (const n of [1, 2, 6]) {
      const given = rows(n)
      expect(difference([await ran(session, f, given, runtime!)], [eager(f, given)], 1e-5)).toEqual([])
    }
    await session.release()
  })
})

describe('toOnnx', () => {
  const text = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes)
  const [mlp] = generators
  const f = () => mlp!.make()

  it('names the first axis unless it is told how many rows', async () => {
    expect(text(await toOnnx(f()))).toMatch(/batch/)
    expect(text(await toOnnx(f(), { batch: 3 }))).not.toMatch(/batch/)
  })

  it.skipIf(!runtimes[0]!.runtime)('takes as many rows as it is told', async () => {
    const own = f()
    const runtime = runtimes[0]!.runtime!
    const session = await runtime.InferenceSession.create(await toOnnx(own, { batch: 3 }), {
      logSeverityLevel: 4,
    })
    const given = mlp!.rows(3)
    expect(difference([await ran(session, own, given, runtime)], [eager(own, given)], 1e-5)).toEqual([])
    await expect(ran(session, own, mlp!.rows(2), runtime)).rejects.toThrow(/Expected: 3/)
  })

  it('keeps the names of weights, and says what it is told', async () => {
    const bytes = text(await toOnnx(f(), { metadata: { recipe: '{"recipe":1}' } }))
    for (const part of ['params/0/kernel', 'params/2/bias', 'recipe', '{"recipe":1}'])
      expect(bytes).toContain(part)
  })

  it.each([0, 1.5, Number.NaN])('refuses %s rows', async batch => {
    await expect(toOnnx(f(), { batch })).rejects.toThrow('batch must be a whole number >= 1')
  })
})
