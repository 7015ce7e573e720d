import fc from 'fast-check'
import { constant, type Graph, input, type Node } from './graph.ts'
import { call } from './kernels.ts'

/** Graphs like those of steps: element-wise work on matrices of n x n, between products and transpositions that kernels of ours do not do. */
export const steps = (n: number, { most = 25 }: { readonly most?: number } = {}): fc.Arbitrary<Graph> =>
  fc
    .tuple(
      fc.array(fc.tuple(fc.nat(9), fc.nat(), fc.nat()), { minLength: 2, maxLength: most }),
      fc.integer({ min: 1, max: 5 }),
    )
    .map(([choices, last]): Graph => {
      const inputs = [input([n, n]), input([n, n]), input([n, n])]
      const nodes: Node[] = [...inputs, constant(Float32Array.of(0.5), [], 'float32')]
      const matrices = () => nodes.filter(({ shape }) => shape.length === 2)
      for (const [kind, i, j] of choices) {
        // Rather of what came last, so that graphs become deep.
        const a = matrices().at(-1 - (i % Math.min(4, matrices().length)))!
        const b = nodes[j % nodes.length]!
        const matrix = matrices()[j % matrices().length]!
        nodes.push(
          kind < 5
            ? call(['Add', 'Sub', 'Multiply', 'Maximum', 'SquaredDifference'][kind]!, [a, b])
            : kind < 7
              ? call(kind === 5 ? 'Square' : 'Neg', [a])
              : kind === 7
                ? call('Transpose', [a], { perm: [1, 0] })
                : call('BatchMatMul', [a, matrix], { transposeA: false, transposeB: kind === 8 }),
        )
      }
      return { inputs, outputs: nodes.slice(-last).filter(({ shape }) => shape.length === 2) }
    })
