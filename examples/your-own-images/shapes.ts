import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fold, key, uniforms } from '@equilibria/core'
import { encodeGrid } from '@equilibria/datasets'

const SIDE = 48

/** Draws `n` pictures of a disc, a square or a ring, each in a colour of its own on a dark ground, as PNG files into `folder`. */
export function drawShapes(folder: string, n: number): void {
  mkdirSync(folder, { recursive: true })
  for (let i = 0; i < n; i++) {
    const [kind, hue, x, y, size] = uniforms(fold(key(7), i), 5) as unknown as [
      number,
      number,
      number,
      number,
      number,
    ]
    const centre = [SIDE * (0.35 + 0.3 * x), SIDE * (0.35 + 0.3 * y)] as const
    const radius = SIDE * (0.15 + 0.15 * size)
    const colour = [0, 1 / 3, 2 / 3].map(phase => 0.5 + 0.5 * Math.cos(2 * Math.PI * (hue + phase)))
    const data = new Float32Array(SIDE * SIDE * 3)
    for (let p = 0; p < SIDE * SIDE; p++) {
      const dx = (p % SIDE) + 0.5 - centre[0]
      const dy = Math.floor(p / SIDE) + 0.5 - centre[1]
      const far = kind < 1 / 3 ? Math.max(Math.abs(dx), Math.abs(dy)) : Math.hypot(dx, dy)
      const hollow = kind > 2 / 3 && far < radius * 0.55
      for (let c = 0; c < 3; c++) data[p * 3 + c] = far < radius && !hollow ? colour[c]! * 2 - 1 : -0.85
    }
    const png = encodeGrid({ data, shape: [1, SIDE, SIDE, 3] }, { scale: 1, gap: 0 })
    writeFileSync(join(folder, `shape-${String(i).padStart(4, '0')}.png`), png)
  }
}
