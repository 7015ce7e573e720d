import type { PathPoint } from '../path-angle.ts'
import { line, rule } from './marks.ts'
import { COLORS, grid, type Picture, plot } from './plot.ts'

/**
 * The picture of Berard et al. 2020 (arXiv 1906.04848): path-angle, and path-norm beside it, along the line from one point
 * (0) to another (1).
 */
export function pathAnglePlot(points: readonly PathPoint[], title = 'Path-angle'): Picture {
  const alphas = points.map(p => p.alpha)
  const x = { domain: [Math.min(...alphas), Math.max(...alphas)] as const, label: 'place on the path, α' }
  const ends = [rule({ x: 0 }), rule({ x: 1 })]
  const tallest = Math.max(...points.map(p => p.norm), Number.MIN_VALUE)
  return grid([
    plot({
      title,
      x,
      y: { domain: [-1.05, 1.05], label: 'cosine of path and gradient' },
      marks: [
        rule({ y: 0 }),
        ...ends,
        line(
          points.map(p => [p.alpha, p.angle]),
          { color: COLORS[0] },
        ),
      ],
    }),
    plot({
      title: 'Path-norm',
      x,
      y: { domain: [0, tallest * 1.05], label: 'length of the gradient' },
      marks: [
        ...ends,
        line(
          points.map(p => [p.alpha, p.norm]),
          { color: COLORS[1] },
        ),
      ],
    }),
  ])
}
