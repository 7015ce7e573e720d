import { expect, test } from 'vitest'
import { compare, onWasm, random } from '../compare.fixture.ts'

const axis = { b: 2, h: 3, q: 4, k: 5, d: 6, i: 3, j: 4, l: 2, n: 2, w: 4, c: 5 } as Record<string, number>
const operands = (equation: string) =>
  equation
    .split('->')[0]!
    .split(',')
    .map((labels, i) =>
      random(
        [...labels].map(label => axis[label]!),
        i + 1,
      ),
    )

test.each([
  'ij,jk->ik',
  'ij,jk->ki',
  'bij,bjk->bik',
  'bhqd,bhkd->bhqk',
  'bhqk,bhkd->bqhd',
  'i,i->',
  'i,j->ij',
  'ij,ij->ij',
  'ij->ji',
  'ij->i',
  'ij->',
  'lij,i->lj',
  'nhwc,cd->nhwd',
])('%s agrees with cpu', async equation => {
  await compare('Einsum', operands(equation), { equation })
})

// The cpu backend answers this one with a wrong shape.
test('a label that only one operand has is summed out', async () => {
  const a = { values: [1, 2, 3, 4], shape: [2, 2], dtype: 'float32' as const }
  const b = { values: [10, 100, 1000], shape: [3], dtype: 'float32' as const }
  const sums = await onWasm('Einsum', [a, b], { equation: 'ij,k->i' })
  expect(sums).toEqual({ values: [3 * 1110, 7 * 1110], shape: [2], dtype: 'float32' })
})
