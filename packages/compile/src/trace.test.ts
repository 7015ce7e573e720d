import '@tensorflow/tfjs-backend-cpu'
import {
  fromLeaves,
  gradients,
  key,
  leaves,
  makeStep,
  mend,
  type State,
  sgd,
  simultaneous,
} from '@equilibria/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { constant, input, type Node, nodesOf } from './graph.ts'
import { interpret } from './interpret.ts'
import * as subjects from './subjects.fixture.ts'
import { faultsOf } from './trace.fixture.ts'
import { trace, Untraceable } from './trace.ts'
import { carried } from './trace-step.ts'

beforeAll(async () => {
  await tf.setBackend('cpu')
  mend()
})

const one = [{ shape: [2], dtype: 'float32' }] as const

/** The current backend, and how many tensors there are. */
const surroundings = () => [tf.getBackend(), tf.memory().numTensors, tf.memory().numDataBuffers]

describe('a whole step, its random numbers constants, is the eager step bit for bit', () => {
  const of = (cases: readonly subjects.Case[], title: string) => cases.find(c => c.title.startsWith(title))!
  const cases = [
    of(subjects.losses, 'nonSaturating'),
    of(subjects.dynamics, 'extragradient'),
    of(subjects.optimizers, 'adam'),
    of(subjects.schedules, 'linear'),
    of(subjects.slots, 'ema'),
    of(subjects.networks, 'resnet.critic'),
    of(subjects.networks, 'r3gan.critic'),
    { title: 'digits', make: () => subjects.digits },
  ]

  test.each(cases)('$title', ({ make }) => {
    const subject = make()
    const { game, dynamics = simultaneous(), optimizer = sgd(0.05), slots = {} } = subject
    const step = makeStep({ game, dynamics, optimizer, slots })
    const before = surroundings()
    const state = step.init(3)
    // One image: this is JavaScript, number by number.
    const rows = subject.shape.length > 1 ? 1 : 2
    const batches = Array.from({ length: step.draws }, (_, i) => subjects.batchOf(subject, rows, key(5), i))
    const next = (tensors: tf.Tensor[]) => {
      const given = fromLeaves(carried(state), tensors) as unknown as State
      return leaves<tf.Tensor>(carried(step.next({ ...state, ...given } as typeof state, batches)))
    }
    const own = leaves<tf.Tensor>(carried(state))
    expect(faultsOf(next, () => own)).toEqual([])
    // Batches and statistics were closed over, and are still there.
    tf.dispose([own, batches.map(batch => Object.values(batch)), leaves(state.stats)])
    expect(surroundings()).toEqual(before)
  })
})

describe('trace leaves everything as it was', () => {
  test.each<[string, (x: tf.Tensor) => tf.Tensor, RegExp | undefined]>([
    ['a sum', x => tf.square(tf.add(x, 1)), undefined],
    ['a gradient', x => gradients(() => tf.sum(tf.exp(x)), [x]).grads[0]!, undefined],
    ['a variable', x => tf.tidy(() => tf.mul(tf.variable(x, false), 2)), undefined],
    [
      'a throw',
      () => {
        throw new Error('mine')
      },
      /^mine$/,
    ],
    [
      'a read within a gradient, with what the tape keeps',
      x => gradients(() => tf.mul(tf.sum(tf.exp(x)), tf.exp(x).dataSync()[0]!), [x]).grads[0]!,
      /reads a tensor's values/,
    ],
    ['shapes that do not fit', x => tf.add(x, tf.zeros([3])), /broadcast/],
  ])('%s', (_, f, message) => {
    const before = surroundings()
    const run = () => trace(([x]) => [f(x!)], one)
    if (message) expect(run).toThrow(message)
    else expect(run().outputs).toHaveLength(1)
    tf.disposeVariables()
    expect(surroundings()).toEqual(before)
  })
})

describe('what has no numbers is refused, even if the step hides it', () => {
  test.each<[string, (x: tf.Tensor) => tf.Tensor, RegExp]>([
    ['dataSync', x => tf.scalar(x.dataSync()[0]!), /reads a tensor's values/],
    ['arraySync', x => tf.tensor(x.arraySync()), /reads a tensor's values/],
    [
      'data, which nobody waits for',
      x => {
        void x.data()
        return x
      },
      /reads a tensor's values/,
    ],
    [
      'a read that is caught',
      x => {
        try {
          return tf.scalar(x.dataSync()[0]!)
        } catch {
          return x
        }
      },
      /reads a tensor's values/,
    ],
    ['a result of unknown size', x => tf.unique(x).values, /^kernel Unique has no rule$/],
    ['a string', () => tf.tensor(['a']), /a tensor of string/],
    ['complex numbers', x => tf.complex(x, x), /^kernel Complex has no rule$/],
    ['a cast to complex numbers', x => tf.cast(x, 'complex64'), /complex64/],
    [
      'channels first in three dimensions',
      () =>
        tf
          .engine()
          .runKernel(
            'Conv3D',
            { x: tf.zeros([1, 2, 3, 3, 3]), filter: tf.zeros([1, 1, 1, 2, 2]) },
            { strides: 1, pad: 'same', dataFormat: 'NCDHW' },
          ) as tf.Tensor,
      /use NDHWC/,
    ],
  ])('%s', (_, f, message) => {
    const run = () => trace(([x]) => [f(x!)], one)
    expect(run).toThrow(Untraceable)
    expect(run).toThrow(message)
  })

  test('a trace within a trace', () => {
    const nested = () =>
      trace(([x]) => {
        trace(() => [], [])
        return [x!]
      }, one)
    expect(nested).toThrow('within a trace')
  })

  test('a tensor that outlives its trace says where it is from', async () => {
    let kept = tf.scalar(0)
    kept.dispose()
    trace(([x]) => {
      kept = tf.keep(tf.sum(x!))
      return []
    }, one)
    expect(() => tf.add(kept, 1)).toThrow(Untraceable)
    await expect(kept.data()).rejects.toThrow(Untraceable)
    kept.dispose()
  })
})

describe('tensors that are closed over', () => {
  test('are constants, and stay where they are', () => {
    const outside = tf.tensor([3, 4])
    const graph = trace(([x]) => [tf.mul(x!, outside), outside], one)
    tf.tidy(() => {
      const results = interpret(graph, [tf.tensor([2, 2])])
      expect(results.map(x => [...x.dataSync()])).toEqual([
        [6, 8],
        [3, 4],
      ])
    })
    expect([...outside.dataSync()]).toEqual([3, 4])
    outside.dispose()
  })

  test('are of the type that the tensor has, not its data', () => {
    const mask = tf.tensor([1, 0], [2], 'bool')
    // On cpu this shares the bytes of the mask.
    const floats = tf.cast(mask, 'float32')
    const [node] = trace(() => [floats], []).outputs
    expect(node).toEqual(constant(Float32Array.of(1, 0), [2], 'float32'))
    tf.dispose([mask, floats])
  })

  test('are copies', () => {
    const values = Float32Array.of(1, 2)
    const outside = tf.tensor(values)
    const graph = trace(() => [outside, tf.tensor(values)], [])
    values.fill(7)
    expect(graph.outputs.map(({ values }) => [...values!])).toEqual([
      [1, 2],
      [1, 2],
    ])
    outside.dispose()
  })

  test('of a backend that cannot be read at once are refused', () => {
    const mute = Object.assign(new tf.KernelBackend(), {
      write: () => ({}),
      disposeData: () => true,
      readSync: () => {
        throw new Error('asynchronous only')
      },
    })
    const outside = tf.engine().makeTensor(Float32Array.of(1), [1], 'float32', mute)
    expect(() => trace(() => [outside], [])).toThrow(Untraceable)
    expect(() => trace(() => [outside], [])).toThrow('cannot read at once')
    outside.dispose()
  })

  test('that are gone are refused', () => {
    const gone = tf.scalar(1)
    gone.dispose()
    expect(() => trace(() => [gone], [])).toThrow('disposed')
  })
})

describe('the graph', () => {
  const opsOf = (f: (x: tf.Tensor) => tf.Tensor) =>
    nodesOf(trace(([x]) => [f(x!)], [{ shape: [2, 3], dtype: 'float32' }])).map(({ op }: Node) => op)

  test.each<[string, (x: tf.Tensor) => tf.Tensor, string[]]>([
    ['no copies', x => tf.clone(tf.clone(x)), ['Input']],
    ['no stacking of one', x => tf.expandDims(x, 0), ['Input', 'Reshape']],
    ['nothing of a tensor whose shape alone counts', x => tf.onesLike(x), ['Fill']],
    ['only the parts that are used', x => tf.unstack(x, 0)[1]!, ['Input', 'Slice', 'Reshape']],
    ['numbers that are known', () => tf.range(0, 3), ['Constant']],
    [
      'a strided slice of step one as a slice',
      x => tf.stridedSlice(x, [0, 1], [2, 3]),
      ['Input', 'Slice', 'Reshape'],
    ],
  ])('has %s', (_, f, ops) => {
    expect(opsOf(f)).toEqual(ops)
  })

  test('has its inputs in order, used or not', () => {
    const graph = trace(([, b]) => [b!], [...one, { shape: [], dtype: 'int32' }])
    expect(graph.inputs.map(({ shape, dtype }) => [shape, dtype])).toEqual([
      [[2], 'float32'],
      [[], 'int32'],
    ])
    expect(graph.outputs[0]).toBe(graph.inputs[1])
  })

  test('has another node where written data is given one', () => {
    const stand = input([], 'float32')
    const own = Float32Array.of(7)
    const seen: unknown[] = []
    const graph = trace(([x]) => [tf.mul(x!, tf.scalar(3)), tf.mul(x!, tf.tensor(own, []))], one, {
      onWrite: (values, shape, dtype) => {
        seen.push([shape, dtype])
        return values === own ? stand : undefined
      },
    })
    expect(seen).toEqual([
      [[], 'float32'],
      [[], 'float32'],
    ])
    expect(graph.outputs[1]!.inputs[1]).toBe(stand)
    expect(graph.outputs[0]!.inputs[1]!.values).toEqual(Float32Array.of(3))
  })
})
