import type { Rows } from '../messages.ts'

/** Pixels between two images. */
const GAP = 1

/** Images side by side, each of their pixels a whole number of the screen's. */
export function gridView(canvas: HTMLCanvasElement) {
  const context = canvas.getContext('2d')!
  const frame = canvas.parentElement!

  const fit = () => {
    if (frame.clientWidth === 0) return
    const scale = Math.max(1, Math.floor((frame.clientWidth * devicePixelRatio) / canvas.width))
    canvas.style.width = `${(canvas.width * scale) / devicePixelRatio}px`
  }
  new ResizeObserver(fit).observe(frame)

  return {
    show({ data, shape, columns: asked }: Rows) {
      const [n, height, width, channels] = shape as [number, number, number, number]
      const columns = asked ?? Math.ceil(Math.sqrt(n))
      const across = columns * (width + GAP) - GAP
      const down = Math.ceil(n / columns) * (height + GAP) - GAP
      const picture = new ImageData(across, down)
      for (let i = 0; i < n; i++) {
        const left = (i % columns) * (width + GAP)
        const top = Math.floor(i / columns) * (height + GAP)
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++) {
            const from = ((i * height + y) * width + x) * channels
            const to = ((top + y) * across + left + x) * 4
            // Clamped and rounded by the array; one channel is grey.
            for (let c = 0; c < 3; c++)
              picture.data[to + c] = (data[from + Math.min(c, channels - 1)]! + 1) * 127.5
            picture.data[to + 3] = 255
          }
      }
      if (canvas.width !== across || canvas.height !== down) {
        canvas.width = across
        canvas.height = down
        fit()
      }
      context.putImageData(picture, 0, 0)
    },
    clear() {
      context.clearRect(0, 0, canvas.width, canvas.height)
    },
  }
}
