import '@tensorflow/tfjs-backend-cpu'
import { memory, ones, setBackend, type Tensor, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { countParameters, entries, fromLeaves, leaves, mapTree, release, scoped } from './tree.ts'

beforeAll(() => setBackend('cpu'))

const tree = { generator: [{ kernel: 1, bias: 2 }, { kernel: 3 }], critic: 4 }

describe('trees', () => {
  it('lists leaves with their paths, depth first', () => {
    expect(entries(tree)).toEqual([
      ['generator/0/kernel', 1],
      ['generator/0/bias', 2],
      ['generator/1/kernel', 3],
      ['critic', 4],
    ])
  })

  it('maps several trees together and keeps the structure', () => {
    const sum = mapTree((a: number, b: number, path) => `${path}:${a + b}`, tree, tree)
    expect(sum).toEqual({
      generator: [
        { kernel: 'generator/0/kernel:2', bias: 'generator/0/bias:4' },
        { kernel: 'generator/1/kernel:6' },
      ],
      critic: 'critic:8',
    })
  })

  it('rebuilds a tree from its leaves', () => {
    expect(fromLeaves(tree, leaves(tree))).toEqual(tree)
    expect(() => fromLeaves(tree, [1, 2])).toThrow('tree has 4 leaves, got 2 values')
  })

  it('says where trees differ', () => {
    expect(() =>
      mapTree((a: number, _b: number) => a, tree, { ...tree, generator: [{ kernel: 1 }, { kernel: 3 }] }),
    ).toThrow('trees differ at "generator/0": expected the keys [kernel,bias], got [kernel]')
    expect(() => mapTree((a: number, _b: number) => a, tree, 7)).toThrow('trees differ at "(root)"')
  })

  it('counts parameters', () => {
    expect(countParameters({ a: zeros([3, 4]), b: [zeros([5])] })).toBe(17)
  })

  it('releases what the new tree does not hold', () => {
    const kept = ones([2])
    const before = memory().numTensors
    const old = { a: ones([2]), b: [ones([3])], kept }
    release(old, { moved: kept })
    expect(memory().numTensors).toBe(before)
    expect(kept.isDisposed).toBe(false)
    kept.dispose()
  })

  it('scoped keeps nothing but the result', () => {
    const before = memory().numTensors
    const result = scoped(() => {
      ones([10])
      return { inside: [ones([2])] as Tensor[], name: 'x', count: 3 }
    })
    expect(memory().numTensors).toBe(before + 1)
    expect(result.name).toBe('x')
    release(result.inside)
  })
})
