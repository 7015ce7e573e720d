import { describe, expect, test } from 'vitest'
import { input } from '../../graph.ts'
import { call } from '../../kernels.ts'
import { lower } from '../lower.ts'
import { type Extent, type Form, fastest, possible } from './forms.ts'
import { type Measured, measured } from './measured.ts'

const kinds = ['cpu', 'wasm'] as const
const best = ({ speeds }: Measured) => Object.entries(speeds).toSorted(([, a], [, b]) => b - a)[0]!

describe('the table', () => {
  test.each(kinds)('%s: every convolution in it has the form that was fastest for itself', kind => {
    for (const row of measured[kind]) {
      const chosen = fastest(row.pass, row, Object.keys(row.speeds) as Form[], kind)
      expect(row.speeds[chosen], JSON.stringify(row)).toBe(best(row)[1])
    }
  })

  test.each(kinds)(
    '%s: groups and dilation have rows of their own, which leave plain convolutions alone',
    kind => {
      const further = measured[kind].filter(({ groups = 1, dilation = 1 }) => groups * dilation > 1)
      expect(further.length).toBeGreaterThan(0)
      for (const row of further) {
        const { groups, dilation, speeds, ...plain } = row
        const own = measured[kind].find(
          other =>
            (other.groups ?? 1) * (other.dilation ?? 1) === 1 &&
            (Object.keys(plain) as (keyof typeof plain)[]).every(name => other[name] === plain[name]),
        )
        expect(own, `a plain row as large as ${JSON.stringify(row)}`).toBeDefined()
      }
    },
  )

  test('decides by groups and dilation too', () => {
    const extent: Extent = { filter: 3, stride: 1, size: 16, inputs: 64, outputs: 64 }
    const forms = ['standard', 'patches', 'rows'] as const
    expect(fastest('toFilter', { ...extent, dilation: 2 }, forms, 'wasm')).toBe('patches')
    expect(fastest('forward', { ...extent, dilation: 2 }, ['standard', 'patches', 'blocked'], 'cpu')).toBe(
      'blocked',
    )
  })
})

describe('what is not chosen', () => {
  const shape = {
    images: 2,
    size: [8, 8],
    inputs: 32,
    outputs: 32,
    groups: 1,
    filter: [3, 3],
    stride: [1, 1],
    dilation: [1, 1],
    before: [1, 1],
    after: [1, 1],
  }

  test('GPUs have ONNX’s operators alone', () => {
    expect(possible('forward', shape, { kind: 'gpu', block: 16 })).toEqual(['standard'])
    expect(possible('forward', shape, { kind: 'cpu', block: 16 })).toEqual(['standard', 'patches', 'blocked'])
  })

  test('depthwise convolutions do not ask', () => {
    const [x, filter] = [input([2, 8, 8, 32]), input([3, 3, 32, 1])]
    const attributes = { strides: [1, 1], pad: 'same', dilations: [1, 1], dataFormat: 'NHWC' }
    const y = call('DepthwiseConv2dNative', [x, filter], attributes)
    const form = () => {
      throw new Error('was asked')
    }
    expect(() => lower({ inputs: [x, filter], outputs: [y] }, { form })).not.toThrow()
  })
})
