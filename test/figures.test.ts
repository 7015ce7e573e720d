import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { svg } from '@equilibria/analysis'
import '@tensorflow/tfjs-backend-cpu'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { methods, rowOf } from '../scripts/figures/convergence.ts'
import { figures } from '../scripts/figures/index.ts'
import { pageOf, sectionsOf } from '../scripts/figures/page.ts'

// The committed figures are what the code draws now: those that take seconds are drawn again whole, of the convergence table two rows. `npm run figures` mends
// a difference that is meant.

const folder = join(import.meta.dirname, '../docs/figures')
const page = readFileSync(join(folder, 'README.md'), 'utf8')
const texts = sectionsOf(page)

const NUMBER = /-?\d+(\.\d+)?/g
/** Text with numbers taken out, and the numbers: another engine may round the last digit otherwise. */
const apart = (text: string) => ({
  words: text.replace(NUMBER, '#'),
  numbers: (text.match(NUMBER) ?? []).map(Number),
})

function expectSame(found: string, committed: string, tolerance: number) {
  const [a, b] = [apart(found), apart(committed)]
  expect(a.words).toBe(b.words)
  const far = a.numbers.filter((x, i) => !(Math.abs(x - b.numbers[i]!) <= tolerance))
  expect(far).toEqual([])
}

beforeAll(() => setBackend('cpu'))

describe('docs/figures', () => {
  it('has a picture and a text for every figure, in order', () => {
    expect(texts.size).toBe(figures.length)
    expect(pageOf(figures, texts)).toBe(page)
    for (const { name } of figures)
      expect(readFileSync(join(folder, `${name}.svg`), 'utf8')).not.toMatch(/NaN|Infinity|undefined/)
  })

  it.each(figures.filter(f => f.quick).map(f => [f.name, f] as const))(
    '%s is what is drawn now',
    async (name, figure) => {
      const { picture, description, text } = await figure.draw()
      // A tenth of a pixel is the last digit.
      expectSame(svg(picture, description), readFileSync(join(folder, `${name}.svg`), 'utf8'), 0.11)
      // Digits of what is rounding are noise themselves.
      const digits = (of: string) => of.replace(/[\d.]+ · 10<sup>−\d+<\/sup>/g, 'tiny')
      expectSame(digits(text), digits(texts.get(name)!), 1.1e-4)
    },
  )

  it.each(['GAN', 'R1, γ = 0.5'])(
    'the convergence table’s row for %s is what is computed now',
    async name => {
      const { cells } = await rowOf(methods().find(m => m.name === name)!)
      const row = texts
        .get('convergence')!
        .split('\n')
        .find(line => line.startsWith(`| ${name} |`))!
      const exact = (of: string) => of.replace(/[\d.]+ · 10<sup>−\d+<\/sup>/g, 'tiny')
      expectSame(exact(`| ${cells.join(' | ')} |`), exact(row), 1e-3)
    },
  )
})
