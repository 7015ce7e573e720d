import type { Rows } from '../messages.ts'
import { type Sheet, sheet } from './canvas.ts'
import { ticks } from './ticks.ts'

/** Real and generated points in the plane, on the same axes. */
export function pointsView(canvas: HTMLCanvasElement) {
  let real: Rows | undefined
  let generated: Rows | undefined
  let range: readonly [number, number] = [-1, 1]

  const redraw = sheet(canvas, page => {
    const { context, width, height } = page
    const margin = (range[1] - range[0]) * 0.15
    const [low, high] = [range[0] - margin, range[1] + margin]
    const place = (x: number, y: number): [number, number] => [
      ((x - low) / (high - low)) * width,
      height - ((y - low) / (high - low)) * height,
    ]
    axes(page, ticks(low, high, 4), place)
    const dots = ({ data }: Rows, colour: string, radius: number) => {
      context.fillStyle = colour
      context.beginPath()
      for (let i = 0; i + 1 < data.length; i += 2) {
        const [x, y] = place(data[i]!, data[i + 1]!)
        context.moveTo(x + radius, y)
        context.arc(x, y, radius, 0, 2 * Math.PI)
      }
      context.fill()
    }
    if (real) dots(real, page.colour('real'), 2)
    if (generated) dots(generated, page.colour('generator'), 1.5)
  })

  return {
    real(rows: Rows, spans: readonly [number, number]) {
      real = rows
      range = spans
      redraw()
    },
    samples(rows: Rows) {
      generated = rows
      redraw()
    },
    clear() {
      real = generated = undefined
      redraw()
    },
  }
}

function axes(
  { context, width, height, colour }: Sheet,
  at: readonly number[],
  place: (x: number, y: number) => [number, number],
) {
  context.strokeStyle = colour('line')
  context.fillStyle = colour('faint')
  context.lineWidth = 1
  context.strokeRect(0.5, 0.5, width - 1, height - 1)
  for (const value of at) {
    const [x, y] = place(value, value)
    context.globalAlpha = 0.5
    context.beginPath()
    context.moveTo(x, 0)
    context.lineTo(x, height)
    context.moveTo(0, y)
    context.lineTo(width, y)
    context.stroke()
    context.globalAlpha = 1
    context.textAlign = 'center'
    context.fillText(String(value), x, height - 6)
    context.textAlign = 'left'
    if (y < height - 24) context.fillText(String(value), 6, y - 4)
  }
}
