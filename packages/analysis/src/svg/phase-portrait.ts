import { type Field, leaves, type Players, release } from '@equilibria/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { fieldVector } from '../jacobian.ts'
import { spaced } from '../path-angle.ts'
import { treeOf, type Vector } from '../vectors.ts'
import { type Arrow, arrows, cross, dots, line, type Point } from './marks.ts'
import { type Axis, COLORS, type LegendEntry, type Mark, type Picture, plot } from './plot.ts'

/** Where the arrows of a vector field are drawn. */
export interface GridOptions {
  readonly x: readonly [low: number, high: number]
  readonly y: readonly [low: number, high: number]
  /** How many arrows along each side. */
  readonly arrows?: number
  /** Which of the game's numbers, all players' one after the other, are x and y; the first two unless given. */
  readonly axes?: readonly [x: number, y: number]
  readonly salt?: number
}

/**
 * The direction of gradient play, -field, on a grid: what a phase portrait draws. Numbers of the game that are not on an axis stay as in
 * `at`. Throws if the game lacks the numbers that the axes name.
 */
export async function descentArrows<P extends Players>(
  field: Field<P>,
  at: P,
  { x, y, arrows: count = 15, axes = [0, 1], salt = 0 }: GridOptions,
): Promise<Arrow[]> {
  const size = leaves<Tensor>(at).reduce((n, t) => n + t.size, 0)
  for (const axis of axes)
    if (!(Number.isInteger(axis) && axis >= 0 && axis < size))
      throw new Error(
        `descentArrows: the game has ${size} numbers, so an axis is one of 0 to ${size - 1}, got ${axis}`,
      )
  const centre = Float64Array.from(
    (await Promise.all(leaves<Tensor>(at).map(t => t.data()))).flatMap(d => [...d]),
  )
  const middle = ([low, high]: readonly [number, number]) => {
    const half = (high - low) / (2 * count)
    return spaced(low + half, high - half, count)
  }
  const found: Arrow[] = []
  for (const py of middle(y))
    for (const p of middle(x)) {
      const there = treeOf(at, centre.with(axes[0], p).with(axes[1], py))
      const v = await fieldVector(field, there, salt)
      release(there)
      found.push({ at: [p, py], toward: [0 - v[axes[0]]!, 0 - v[axes[1]]!] })
    }
  return found
}

/** A run drawn in a phase portrait. */
export interface Path {
  readonly name: string
  /** As `trajectory` gives them. */
  readonly points: readonly Vector[]
  readonly color?: string
  readonly dash?: string
}

/** Options of `phasePortrait`. */
export interface PortraitOptions {
  readonly title?: string
  readonly x: Axis
  readonly y: Axis
  readonly axes?: readonly [x: number, y: number]
  /** As `descentArrows` gives them. */
  readonly field?: readonly Arrow[]
  readonly paths?: readonly Path[]
  /** Drawn as a cross. */
  readonly equilibrium?: Point
  readonly legend?: boolean
  /** Drawn over the rest. */
  readonly marks?: readonly Mark[]
  readonly width?: number
  readonly height?: number
}

/** A phase portrait: the vector field of play as arrows of one length, and runs through it; a ring marks where each starts, a dot where it ends. */
export function phasePortrait({
  title,
  x,
  y,
  axes = [0, 1],
  field = [],
  paths = [],
  equilibrium,
  legend = paths.length > 1,
  marks = [],
  width = 340,
  height = 340,
}: PortraitOptions): Picture {
  const colored = paths.map((path, i) => ({ ...path, color: path.color ?? COLORS[i % COLORS.length]! }))
  const points = (path: Path): Point[] => path.points.map(p => [p[axes[0]]!, p[axes[1]]!])
  return plot({
    ...(title ? { title } : {}),
    x,
    y,
    width,
    height,
    legend: legend
      ? colored.map(({ name, color, dash }): LegendEntry => ({ name, color, ...(dash ? { dash } : {}) }))
      : [],
    marks: [
      ...(field.length > 0 ? [arrows(field)] : []),
      ...colored.flatMap(path => {
        const list = points(path)
        return [
          line(list, { color: path.color, ...(path.dash ? { dash: path.dash } : {}) }),
          dots(list.slice(0, 1), { color: path.color, radius: 3.5, hollow: true }),
          dots(list.slice(-1), { color: path.color, radius: 3 }),
        ]
      }),
      ...(equilibrium ? [cross(equilibrium)] : []),
      ...marks,
    ],
  })
}
