/** Round numbers between two bounds, about as many as asked for: 1, 2 or 5 times a power of ten apart. */
export function ticks(low: number, high: number, count = 5): number[] {
  const span = high - low
  if (!(span > 0)) return [low]
  const rough = span / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map(m => m * power).find(s => s >= rough)!
  const first = Math.ceil(low / step)
  const last = Math.floor(high / step)
  // Divided rather than multiplied where that gives 0.3 and not 0.30000000000000004.
  const at = (i: number) => (step < 1 ? i / Math.round(1 / step) : i * step)
  return Array.from({ length: last - first + 1 }, (_, i) => at(first + i))
}
