import type { Losses } from '../messages.ts'
import { sheet } from './canvas.ts'
import { ticks } from './ticks.ts'

const LEFT = 44
const BOTTOM = 22
const TOP = 8

/** Each player's loss by step. */
export function chartView(canvas: HTMLCanvasElement) {
  let entries: Losses[] = []

  const redraw = sheet(canvas, ({ context, width, height, colour }) => {
    if (entries.length === 0) {
      context.fillStyle = colour('faint')
      context.fillText('drawn while training', 0, 24)
      return
    }
    const values = entries.flatMap(e => Object.values(e.losses))
    const first = entries[0]!.step
    const last = Math.max(first + 1, entries.at(-1)!.step)
    const [low, high] = bounds(values)
    const x = (step: number) => LEFT + ((step - first) / (last - first)) * (width - LEFT - 8)
    const y = (value: number) => TOP + ((high - value) / (high - low)) * (height - TOP - BOTTOM)

    context.strokeStyle = colour('line')
    context.fillStyle = colour('faint')
    context.textBaseline = 'middle'
    context.textAlign = 'right'
    for (const value of ticks(low, high, 4)) {
      context.beginPath()
      context.moveTo(LEFT, y(value))
      context.lineTo(width, y(value))
      context.stroke()
      context.fillText(String(value), LEFT - 6, y(value))
    }
    context.textBaseline = 'alphabetic'
    context.textAlign = 'center'
    for (const step of ticks(first, last, Math.max(2, Math.floor(width / 120))))
      context.fillText(step.toLocaleString('en'), Math.min(x(step), width - 18), height - 4)

    context.beginPath()
    context.rect(LEFT, 0, width - LEFT, height - BOTTOM)
    context.clip()
    context.lineWidth = 1.5
    context.lineJoin = 'round'
    for (const player of Object.keys(entries[0]!.losses)) {
      context.strokeStyle = colour(player) || colour('ink')
      context.beginPath()
      for (const { step, losses } of entries) context.lineTo(x(step), y(losses[player]!))
      context.stroke()
    }
  })

  return {
    add(more: readonly Losses[]) {
      entries = [...entries, ...more]
      redraw()
    },
    clear() {
      entries = []
      redraw()
    },
  }
}

/** What the values span, with a little room; the few highest, which a start or a spike makes, may be cut off. */
export function bounds(values: readonly number[]): [low: number, high: number] {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b)
  if (sorted.length === 0) return [0, 1]
  const low = sorted[0]!
  const most = sorted[Math.ceil((sorted.length - 1) * 0.995)]!
  const room = Math.max(most - low, 1e-6) * 0.05
  return [low - room, most + room]
}
