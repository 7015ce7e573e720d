import '@tensorflow/tfjs-backend-cpu'
import { bilinear, sgd, simultaneous } from '@equilibria/core'
import { setBackend, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { stillField } from '../still.ts'
import { trajectory } from '../trajectory.ts'
import { area, arrows, dots, levels, line, note, rule } from './marks.ts'
import { descentArrows, phasePortrait } from './phase-portrait.ts'
import { grid, plot, svg } from './plot.ts'

beforeAll(() => setBackend('cpu'))

const axes = { x: { domain: [0, 10], label: 'x & <y>' }, y: { domain: [-1, 1], label: 'y' } } as const
const numbers = (text: string) =>
  [...text.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)].map(m => [Number(m[1]), Number(m[2])])

/** Every element opened is closed. */
function balanced(text: string) {
  const open: string[] = []
  for (const [, close, name, alone] of text.matchAll(/<(\/?)([a-zA-Z]+)[^>]*?(\/?)>/g)) {
    if (close) expect(open.pop()).toBe(name)
    else if (!alone) open.push(name!)
  }
  expect(open).toEqual([])
}

describe('plot', () => {
  it('puts data where the axes say: the frame’s corners are the ends of the domains', () => {
    const frame: number[] = []
    const { body } = plot({
      ...axes,
      marks: [
        line([
          [0, -1],
          [10, 1],
        ]),
        ({ left, right, top, bottom }) => {
          frame.push(left, right, top, bottom)
          return ''
        },
      ],
    })
    const [left, right, top, bottom] = frame.map(v => Math.round(v * 10) / 10)
    expect(numbers(body)).toEqual([
      [left, bottom],
      [right, top],
    ])
  })

  it('is well formed, and escapes text', () => {
    const picture = plot({
      title: 'a < b',
      ...axes,
      legend: [{ name: 'one & two', color: 'red', dash: '4 3' }],
      marks: [
        dots([[1, 0]], { hollow: true }),
        rule({ x: 2 }),
        rule({ y: 0 }),
        note([1, 0], '<script>'),
        area(
          [
            [0, 0],
            [5, 1],
            [10, 0],
          ],
          0,
        ),
        levels((x, y) => x * y, {
          domain: { x: [0, 10], y: [-1, 1] },
          thresholds: [-20, 0, 5],
          colors: ['#eee', '#ccc', '#aaa'],
        }),
      ],
    })
    const file = svg(grid([picture, picture, picture], 2), 'three "plots"')
    balanced(file)
    expect(file).toContain('a &lt; b')
    expect(file).toContain('three &quot;plots&quot;')
    expect(file).not.toMatch(/<script|NaN|Infinity|undefined/)
    expect(file).toContain('viewBox="0 0 840 640"')
  })

  it('leaves gaps where numbers are missing, and thins lines', () => {
    const gap = plot({
      ...axes,
      marks: [
        line([
          [0, 0],
          [1, Number.NaN],
          [2, 0],
          [3, 0],
        ]),
      ],
    })
    expect(gap.body.match(/d="M[^"]*M/)).not.toBeNull()
    const many = Array.from({ length: 5000 }, (_, i) => [(10 * i) / 4999, 0] as const)
    const thin = numbers(plot({ ...axes, marks: [line(many)] }).body)
    expect(thin.length).toBeLessThan(900)
    expect(thin.at(-1)![0]).toBeCloseTo(406, 1)
  })

  it('has logarithmic axes with powers of ten', () => {
    const { body } = plot({ x: axes.x, y: { domain: [1e-6, 10], scale: 'log' }, marks: [] })
    expect(body).toContain('>10⁻⁶<')
    expect(() => plot({ x: axes.x, y: { domain: [0, 1], scale: 'log' }, marks: [] })).toThrow('use symlog')
    expect(() => plot({ x: { domain: [1, 1] }, y: axes.y, marks: [] })).toThrow('an increasing x domain')
  })

  it('draws arrows that point along the field on the page, heads at the front', () => {
    const { body } = plot({
      x: { domain: [0, 1] },
      y: { domain: [0, 1] },
      marks: [arrows([{ at: [0.5, 0.5], toward: [0, 2] }])],
    })
    const [tail, tip] = numbers(body)
    expect(tail![0]).toBe(tip![0])
    // Up is less on the page.
    expect(tip![1]! - tail![1]!).toBeCloseTo(-13, 1)
  })
})

describe('phasePortrait', () => {
  const game = bilinear({ from: { x: [1], y: [0] } })

  it('shows descent on xy: x falls where y is positive, y rises where x is', async () => {
    const at = { x: tensor1d([0]), y: tensor1d([0]) }
    const found = await descentArrows(stillField(game, { batch: undefined }), at, {
      x: [-2, 2],
      y: [-2, 2],
      arrows: 4,
    })
    expect(found.length).toBe(16)
    for (const {
      at: [x, y],
      toward,
    } of found) {
      expect(toward[0]).toBeCloseTo(-y, 6)
      expect(toward[1]).toBeCloseTo(x, 6)
    }
    await expect(
      descentArrows(stillField(game, { batch: undefined }), at, { x: [-2, 2], y: [-2, 2], axes: [0, 5] }),
    ).rejects.toThrow('the game has 2 numbers')
  })

  it('draws runs with a ring where they start and a dot where they end', async () => {
    const points = await trajectory({ game, dynamics: simultaneous(), optimizer: sgd(0.1) }, { steps: 20 })
    expect(points.length).toBe(21)
    expect(Math.hypot(...points.at(-1)!)).toBeCloseTo(1.01 ** 10, 5)
    const picture = phasePortrait({
      x: { domain: [-2, 2] },
      y: { domain: [-2, 2] },
      paths: [
        { name: 'simultaneous', points },
        { name: 'again', points, dash: '3 2' },
      ],
      equilibrium: [0, 0],
    })
    balanced(svg(picture, 'a portrait'))
    expect(picture.body.match(/<circle/g)?.length).toBe(4)
    expect(picture.body).toContain('simultaneous')
  })
})
