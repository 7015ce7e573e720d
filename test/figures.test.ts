import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { svg } from '@equilibria/analysis'
import '@tensorflow/tfjs-backend-cpu'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { rowOf, variance, verdictOf } from '../scripts/figures/convergence.ts'
import { type Method, methods, normalRows, rate } from '../scripts/figures/dirac-methods.ts'
import { figures } from '../scripts/figures/index.ts'
import { checkSeen, type Look, type Summary, sharesOf, summaryOf } from '../scripts/figures/mode-hopping.ts'
import { pageOf, sectionsOf } from '../scripts/figures/page.ts'

// The committed figures are what the code draws now: those that take seconds are drawn again whole; of the convergence table two rows, and of the others all but the
// ends of long runs. `npm run figures` mends a difference that is meant.

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
      const { cells } = await rowOf(methods.find(m => m.name === name)!)
      const [row] = convergenceRows(name)
      expectSame(exact(`| ${cells.join(' | ')} |`), exact(row!), 1e-3)
    },
  )
})

describe('mode hopping', () => {
  const centre = (k: number, r = 2): readonly [number, number] => [
    r * Math.cos((k * Math.PI) / 4),
    r * Math.sin((k * Math.PI) / 4),
  ]
  const repeat = (n: number, ...points: (readonly [number, number])[]) => Array(n).fill(points).flat()

  it('counts samples of a mode by distance: a heap in the middle of the ring, or outside, belongs to none', () => {
    const none = Array(8).fill(0)
    expect(sharesOf([centre(0, 0.5), centre(3, 0.5), centre(3, 2.5), [0, 0]])).toEqual(none)
    expect(sharesOf([centre(0, 1.7), centre(2, 2.3), centre(2), [9, 9]])).toEqual(
      none.with(0, 0.25).with(2, 0.5),
    )
    expect(sharesOf(none.map((_, k) => centre(k)))).toEqual(none.fill(1 / 8))
  })

  it('tells a heap that hops from mode to mode from one that passes between them', () => {
    const looks = (...points: (readonly [number, number])[][]): Look[] =>
      points.map((of, i) => ({ step: 1000 + i, points: of }))
    const at = (k: number) => repeat(10, centre(k))
    const all = expect.closeTo(1, 9)
    const between = repeat(10, centre(1, 0.3))
    expect(summaryOf(looks(at(1), between, at(1), at(4), at(4), between, at(2)))).toMatchObject({
      near: expect.closeTo(5 / 7, 9),
      held: expect.closeTo(5 / 7, 9),
      hops: 2,
      visited: 3,
    })
    expect(summaryOf(looks(at(1), at(1)))).toMatchObject({ near: all, top: all, held: 1, hops: 0, served: 1 })
    const passes = summaryOf(looks(between, repeat(10, centre(4, 5))))
    expect(passes).toMatchObject({ near: 0, top: 0, held: 0, hops: 0, served: 0, visited: 0 })
    const spread = summaryOf(looks(repeat(2, ...Array.from({ length: 8 }, (_, k) => centre(k)))))
    expect(spread).toMatchObject({ near: all, held: 0, served: 8, visited: 8 })
    // The first half of a run does not count.
    expect(summaryOf([{ step: 0, points: repeat(10, [0, 0]) }, ...looks(at(1))]).near).toEqual(all)
  })

  it('has a text that holds of the numbers below it, and is refused where it would not', () => {
    const text = texts.get('mode-hopping')!
    const [plain, ahead] = ['simultaneous', 'unrolled'].map((name): Summary => {
      const row = text.split('\n').find(line => line.startsWith(`| ${name}`))!
      const [near, top, held, hops, served, visited] = row
        .split(' | ')
        .slice(1)
        .map(cell => Number(cell.replace(/ [%|]/, '')))
      const share = { near: near! / 100, top: top! / 100, held: held! / 100 }
      return { ...share, hops: hops!, served: served!, visited: visited! }
    }) as [Summary, Summary]
    checkSeen(plain, ahead)
    expect(text).toContain(`(${plain.hops} changes in the second half`)
    expect(() => checkSeen({ ...plain, hops: 3 }, ahead)).toThrow(
      'the text says that that mode changes at least ten times; the runs',
    )
    expect(() => checkSeen(ahead, plain)).toThrow('mend the text')
  })
})

describe('npm run figures', () => {
  const asked = (arg: string) =>
    promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', '--conditions=@equilibria/source', 'scripts/figures.ts', arg],
      { cwd: join(import.meta.dirname, '..') },
    )
  const names = figures.map(f => f.name).join(', ')

  it('says in one line which figures there are, with status 2, and helps', { timeout: 180_000 }, async () => {
    const [refused, { stdout }] = await Promise.all([asked('nope').catch(error => error), asked('--help')])
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toBe(`figures: unknown: nope; known: ${names}. npm run figures draws all.\n`)
    expect(stdout).toContain('npm run figures [-- name ...]')
    expect(stdout).toContain(`Figures: ${names}`)
  })
})

const exact = (of: string) => of.replace(/[\d.]+ · 10<sup>−\d+<\/sup>/g, 'tiny')
/** The rows of a method in the tables of the page: of a point, and of spread data. */
const convergenceRows = (name: string) =>
  texts
    .get('convergence')!
    .split('\n')
    .filter(line => line.startsWith(`| ${name} |`))

/** What a method does, in double precision: nothing of the library's. */
interface Reference {
  /** The cost of a logit among fakes, differentiated, for critic and generator; data have the critic's, of -logit. */
  readonly critic: (logit: number) => number
  readonly generator: (logit: number) => number
  /** The penalty of the critic, differentiated. */
  readonly penalty?: (psi: number) => number
  readonly noise?: number
  readonly criticSteps?: number
  readonly pull?: number
  readonly clip?: number
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const minimax = { critic: sigmoid, generator: (x: number) => -sigmoid(x) }
const wasserstein = { critic: () => 1, generator: () => -1 }
const towards = (psi: number) => 0.5 * (Math.abs(psi) - 0.3) * Math.sign(psi)
const toZero = (psi: number) => 0.5 * psi
const references: { readonly [name: string]: Reference } = {
  GAN: minimax,
  'non-saturating GAN': { critic: sigmoid, generator: x => sigmoid(x) - 1 },
  'WGAN, ψ clipped at 1': { ...wasserstein, clip: 1 },
  'WGAN, 5 critic steps': { ...wasserstein, clip: 1, criticSteps: 5 },
  'WGAN-GP, target 0.3': { ...wasserstein, penalty: towards },
  'WGAN-GP, 5 critic steps': { ...wasserstein, penalty: towards, criticSteps: 5 },
  'DRAGAN, target 0.3': { ...minimax, penalty: towards },
  'instance noise, σ = 1': { ...minimax, noise: 1 },
  'R1, γ = 0.5': { ...minimax, penalty: toZero },
  'R2, γ = 0.5': { ...minimax, penalty: toZero },
  'zero-centred GP': { ...minimax, penalty: toZero },
  'consensus, weight 1': { ...minimax, pull: 1 },
}

type Point = readonly [psi: number, theta: number]

function played(reference: Reference, spread: number, steps: number, together: boolean): Point[] {
  const { critic, generator, penalty = () => 0, noise = 0, criticSteps = 1, pull = 0, clip } = reference
  const rows = spread + noise === 0 ? [0] : normalRows(spread + noise)
  const mean = (f: (x: number) => number) => rows.reduce((sum, x) => sum + f(x), 0) / rows.length
  const gradient = ([psi, theta]: Point): Point => [
    mean(x => (x + theta) * critic(psi * (x + theta)) - x * critic(-psi * x)) + penalty(psi),
    mean(x => psi * generator(psi * (x + theta))),
  ]
  const along = (at: Point): Point => {
    const [a, b] = gradient(at)
    if (pull === 0) return [a, b]
    const slope = (i: 0 | 1) => {
      const half = (by: number) =>
        gradient(at.with(i, at[i] + by) as unknown as Point).reduce((s, g) => s + (g * g) / 2, 0)
      return (half(1e-4) - half(-1e-4)) / 2e-4
    }
    return [a + pull * slope(0), b + pull * slope(1)]
  }
  const clipped = (psi: number) => (clip === undefined ? psi : Math.min(clip, Math.max(-clip, psi)))
  const points: Point[] = [[1, 1]]
  for (let step = 0; step < steps; step++) {
    let [psi, theta] = points.at(-1)!
    const before: Point = [psi, theta]
    for (let i = 0; i < criticSteps; i++) psi = clipped(psi - rate * along([psi, theta])[0])
    theta -= rate * along(together ? before : [psi, theta])[1]
    points.push([psi, theta])
  }
  return points
}

describe('the convergence tables', () => {
  it('have a row for each method, in order', () => {
    const [onPoint, onSpread] = [0, 1].map(i => methods.map(({ name }) => convergenceRows(name)[i]))
    const lines = texts
      .get('convergence')!
      .split('\n')
      .filter(line => /^\| (?!method|---)/.test(line))
    const verdicts = methods.map((method, i) => {
      const [one, other] = [onPoint![i]!, onSpread![i]!].map(row => row.split(' | '))
      return `| ${verdictOf(method, one!, other!).join(' | ')} |`
    })
    expect(lines).toEqual([...onPoint!, ...onSpread!, ...verdicts])
    expect(Object.keys(references)).toEqual(methods.map(({ name }) => name))
  })

  it('print what is published beside what was found, and are refused where the two do not go together', () => {
    const r1 = methods.find(({ name }) => name.startsWith('R1'))!
    const [still, turns] = [['**converges**, 1e-9'], ['**circles**, 1.0', '**converges**, 1e-9']]
    expect(verdictOf(r1, still, still)).toEqual([r1.name, 'converges', 'converges', 'converges', 'converges'])
    expect(() => verdictOf(r1, still, turns)).toThrow(
      'densities: published is "converges", found circles and converges',
    )
    const gan = methods.find(({ name }) => name === 'GAN')!
    expect(() => verdictOf(gan, still, still)).toThrow('general: published is "not always"')
    const dragan = methods.find(({ name }) => name.startsWith('DRAGAN'))!
    expect(verdictOf(dragan, turns, still)).toEqual([
      dragan.name,
      '—',
      'converges',
      '—',
      'circles, converges',
    ])
  })

  it('are refused with eigenvalues that are not those of theory', async () => {
    const other = { ...methods[0]!, damping: 0.2 }
    await expect(rowOf(other, { length: 1 })).rejects.toThrow(
      /^GAN: expected eigenvalues -0.1 ± 0.4\d+i, found/,
    )
  })

  /** A row without the ends of its runs. */
  const apartFromRuns = (row: string) => exact(row).replace(/\*\*[^|]*/g, 'ran ')

  it.each(
    methods.flatMap(method => [0, variance].map((spread, i) => [method.name, spread, i, method] as const)),
  )('%s, data of variance %d', async (name, spread, i, method: Method) => {
    const steps = 25
    // Holds the eigenvalues of descent against theory.
    const { cells, together, turns } = await rowOf(method, { spread, length: steps })
    const shown = i === 0 ? cells : cells.toSpliced(2, 1)
    expectSame(apartFromRuns(`| ${shown.join(' | ')} |`), apartFromRuns(convergenceRows(name)[i]!), 1e-3)
    for (const [run, alike] of [
      [together, true],
      [turns, false],
    ] as const) {
      if (!run) continue
      const expected = played(references[name]!, spread, steps, alike)
      const far = run.points.map((p, step) =>
        Math.hypot(p[0]! - expected[step]![0], p[1]! - expected[step]![1]),
      )
      expect(Math.max(...far)).toBeLessThan(1e-4)
    }
  })
})
