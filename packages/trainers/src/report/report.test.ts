import { describe, expect, it } from 'vitest'
import type { LogEntry } from '../loggers/logger.ts'
import { chart, smooth, thin } from './chart.ts'
import { curvesOf } from './curves.ts'
import { renderReport } from './report.ts'
import { stepScale, valueScale } from './scale.ts'

const entry = (step: number, stats: LogEntry['stats']): LogEntry => ({
  step,
  stats,
  time: '2030-01-01T00:00:00Z',
  seconds: step,
  imagesPerSecond: 1,
})
const gan = (step: number) =>
  entry(step, {
    critic: { loss: 1.3, cost: 1.4, real: 0.5, fake: -0.5, r1: 0.1 },
    generator: { loss: 0.7, cost: 0.7, fake: -0.4 },
  })

describe('scales', () => {
  it.each([
    [
      [0, 1],
      ['0', '0.2', '0.4', '0.6', '0.8', '1.0'],
    ],
    [
      [-0.3, 0.31],
      ['-0.2', '0', '0.2'],
    ],
    [
      [1200, 5300],
      ['1,000', '2,000', '3,000', '4,000', '5,000'],
    ],
    [
      [5, 5],
      ['4.6', '4.8', '5.0', '5.2', '5.4'],
    ],
    [
      [-2e-5, 3e-5],
      ['-2e-5', '-1e-5', '0', '1e-5', '2e-5', '3e-5'],
    ],
    [
      [0.001, 10],
      ['0.001', '0.01', '0.1', '1', '10'],
    ],
    [
      [1, 150],
      ['1', '3', '10', '30', '100'],
    ],
  ])('values %o are labelled %o', (values, labels) => {
    expect(valueScale(values).ticks.map(t => t.label)).toEqual(labels)
  })

  it('puts values where they belong', () => {
    const linear = valueScale([0, 10])
    expect(linear.at(5)).toBeCloseTo(0.5, 6)
    const log = valueScale([0.01, 100])
    expect(log.log).toBe(true)
    expect(log.at(1)).toBeCloseTo(0.5, 6)
    expect(log.at(0.01)).toBeGreaterThan(0)
    expect(stepScale(0, 200).at(50)).toBe(0.25)
    expect(stepScale(1, 4).ticks.map(t => t.label)).toEqual(['1', '2', '3', '4'])
  })

  it('is not flattened by one spike, and says how many it leaves out', () => {
    const values = Array.from({ length: 200 }, (_, i) => Math.sin(i))
    const scale = valueScale([...values, 1e6])
    expect(scale.high).toBeLessThan(3)
    expect(scale.outside).toBe(1)
    expect(scale.log).toBe(false)
    expect(valueScale([1, 2, 3, 90]).outside).toBe(0)
  })
})

describe('lines', () => {
  const noisy = Array.from({ length: 5000 }, (_, i) => [i, i === 2500 ? 1e9 : Math.cos(i / 800)] as const)

  it('are thinned without losing extremes or order', () => {
    const few = thin(noisy, 100)
    expect(few.length).toBeLessThanOrEqual(200)
    expect(few.some(([, v]) => v === 1e9)).toBe(true)
    expect(few.map(([s]) => s)).toEqual(few.map(([s]) => s).sort((a, b) => a - b))
  })

  it('have a trend that no spike moves', () => {
    for (const [step, value] of smooth(noisy)) expect(value).toBeCloseTo(Math.cos(step / 800), 1)
  })

  it('leave out what is no number and draw a single value as a dot', () => {
    const svg = chart(
      'x',
      [
        {
          name: 'a',
          points: [
            [1, Number.NaN],
            [2, 3],
          ],
        },
      ],
      'p',
    )
    expect(svg).toContain('<circle')
    expect(svg).not.toContain('NaN')
    expect(chart('x', [{ name: 'a', points: [[1, Number.NaN]] }], 'p')).toBe('')
  })
})

describe('curvesOf', () => {
  it('sorts statistics into charts', () => {
    const curves = curvesOf([gan(1), gan(2)])
    expect(curves.map(c => [c.title, c.series.map(s => s.name)])).toEqual([
      ['Losses', ['critic', 'generator']],
      ['Critic outputs (mean)', ['real', 'generated']],
      ['r1', ['critic']],
    ])
    expect(curves[0]!.series[0]!.points).toEqual([
      [1, 1.3],
      [2, 1.3],
    ])
    expect(curves[1]!.series[1]!.points[0]).toEqual([1, -0.5])
  })

  it('takes whole costs where there is no loss, and skips what a log could not hold', () => {
    const log = [entry(1, { a: { cost: 1 } }), entry(2, { a: { cost: null as never } })]
    expect(curvesOf(log)).toEqual([{ title: 'Losses', series: [{ name: 'a', points: [[1, 1]] }] }])
    expect(curvesOf([])).toEqual([])
  })
})

describe('renderReport', () => {
  const evil = '"><script>alert(1)</script>&\''
  const html = renderReport({
    title: evil,
    subtitle: evil,
    facts: { [evil]: evil, Steps: 3 },
    curves: [1, 2, 3].map(s => entry(s, { [evil]: { [evil]: s, cost: s } })),
    images: [{ caption: evil, png: Uint8Array.of(137, 80, 78, 71) }],
    tables: [{ title: evil, head: [evil, 'n'], rows: [[evil, 1.5]] }],
  })

  it('escapes every text', () => {
    expect(html).not.toContain('<script')
    expect(html).not.toContain('alert(1)</')
    expect(
      html.match(/&quot;&gt;&lt;script&gt;alert\(1\)&lt;\/script&gt;&amp;&#39;/g)!.length,
    ).toBeGreaterThan(9)
  })

  it('asks nothing of the network and runs nothing', () => {
    expect(html).not.toMatch(/https?:|\/\/[a-z]|@import|url\((?!#plot)/i)
    expect(html).toContain("default-src 'none'")
    expect(html).toContain('src="data:image/png;base64,iVBORw=="')
  })

  it('follows the device between light and dark', () => {
    expect(html).toContain('prefers-color-scheme: dark')
  })

  it('stands without anything but a title', () => {
    const bare = renderReport({ title: 'empty' })
    expect(bare).not.toContain('<section>')
    expect(bare).toContain('<h1>empty</h1>')
  })

  it('sets columns of numbers to the right', () => {
    expect(html).toContain('<td class="number">1.5</td>')
  })
})
