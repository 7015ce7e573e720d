/** A canvas drawn in CSS pixels: its size, and a colour of the page's style by name. */
export interface Sheet {
  readonly context: CanvasRenderingContext2D
  readonly width: number
  readonly height: number
  colour(name: string): string
}

/** Calls `draw` with the canvas emptied, now and whenever its size or the page's colours change; answers a function that draws again. */
export function sheet(canvas: HTMLCanvasElement, draw: (sheet: Sheet) => void): () => void {
  const context = canvas.getContext('2d')!
  let due = false
  const redraw = () => {
    if (due) return
    due = true
    requestAnimationFrame(() => {
      due = false
      const { clientWidth: width, clientHeight: height } = canvas
      if (width === 0 || height === 0) return
      const density = window.devicePixelRatio
      canvas.width = Math.round(width * density)
      canvas.height = Math.round(height * density)
      context.scale(density, density)
      const style = getComputedStyle(canvas)
      context.font = `12px ${style.fontFamily}`
      draw({ context, width, height, colour: name => style.getPropertyValue(`--${name}`) })
    })
  }
  new ResizeObserver(redraw).observe(canvas)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw)
  return redraw
}
