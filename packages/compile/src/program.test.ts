import '@tensorflow/tfjs-backend-cpu'
import { mend } from '@equilibria/core'
import { setBackend } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { paddedBytes } from './arena.ts'
import { steps } from './cut.fixture.ts'
import { input, type Node } from './graph.ts'
import { type Life, placed, planOf } from './program.ts'

beforeAll(async () => {
  await setBackend('cpu')
  mend()
})

const sizeIn = ({ shape, dtype }: Node) => paddedBytes(shape, dtype)

/** Values alive at the same time lie apart, within the bytes that are asked for. */
function holds(lives: ReadonlyMap<Node, Life>, { bytes, at }: ReturnType<typeof placed>) {
  expect([...at.keys()].every(node => lives.has(node))).toBe(true)
  const all = [...lives].map(([node, life]) => ({
    ...life,
    begin: at.get(node)!,
    end: at.get(node)! + sizeIn(node),
  }))
  all.forEach((a, i) => {
    expect(a.begin % 64).toBe(0)
    expect(a.begin).toBeGreaterThanOrEqual(0)
    expect(a.end).toBeLessThanOrEqual(bytes)
    for (const b of all.slice(0, i)) {
      const together = a.from <= b.to && b.from <= a.to
      if (together) expect(a.end <= b.begin || b.end <= a.begin, JSON.stringify([a, b])).toBe(true)
    }
  })
}

describe('room for what passes between stages', () => {
  const life = fc
    .tuple(fc.nat(12), fc.nat(6), fc.integer({ min: 1, max: 200 }))
    .map(([from, length, n]): [Node, Life] => [input([n]), { from, to: from + length }])

  test('values alive at the same time never overlap', () => {
    fc.assert(
      fc.property(fc.array(life, { maxLength: 30 }), list => {
        const lives = new Map(list)
        const found = placed(lives)
        holds(lives, found)
        const aliveAt = (stage: number) =>
          list
            .filter(([, { from, to }]) => from <= stage && stage <= to)
            .reduce((sum, [node]) => sum + sizeIn(node), 0)
        const sum = list.reduce((total, [node]) => total + sizeIn(node), 0)
        expect(found.bytes).toBeGreaterThanOrEqual(
          Math.max(...Array.from({ length: 19 }, (_, i) => aliveAt(i))),
        )
        expect(found.bytes).toBeLessThanOrEqual(sum)
      }),
      { numRuns: 500 },
    )
  })

  test('is used again by what comes later', () => {
    const [a, b, c] = [input([100]), input([80]), input([16])]
    const { bytes, at } = placed(
      new Map([
        [a, { from: 0, to: 1 }],
        [b, { from: 2, to: 3 }],
        [c, { from: 1, to: 2 }],
      ]),
    )
    expect([at.get(a), at.get(b), at.get(c)]).toEqual([0, 0, 448])
    expect(bytes).toBe(448 + 64)
  })
})

describe('plans of random graphs', () => {
  test('give a place to all that one stage hands to another, for as long as it is read', () => {
    let passed = 0
    fc.assert(
      fc.property(steps(65), graph => {
        const updates = graph.outputs.filter(({ op }) => op !== 'Input')
        const { stages, passing, constants } = planOf(graph, { target: { kind: 'cpu' }, updates })
        const outputs = new Set(graph.outputs)
        const lives = new Map<Node, Life>()
        stages.forEach(({ results }, from) => {
          for (const node of results) {
            const readers = stages.flatMap(({ sources }, to) => (sources.includes(node) ? [to] : []))
            if (!outputs.has(node)) lives.set(node, { from, to: Math.max(from, ...readers) })
          }
        })
        passed += lives.size
        expect(new Set(passing.at.keys())).toEqual(new Set(lives.keys()))
        holds(lives, passing)
        for (const { sources } of stages)
          for (const node of sources)
            expect(
              graph.inputs.includes(node) || outputs.has(node) || lives.has(node) || constants.includes(node),
            ).toBe(true)
      }),
      { numRuns: 150 },
    )
    expect(passed).toBeGreaterThan(100)
  })
})
