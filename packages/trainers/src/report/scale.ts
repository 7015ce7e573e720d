/** An axis: where values lie between 0 and 1, and which are labelled. */
export interface Scale {
  readonly log: boolean
  readonly low: number
  readonly high: number
  at(value: number): number
  readonly ticks: readonly { readonly value: number; readonly label: string }[]
  /** How many values lie outside [low, high]. */
  readonly outside: number
}

const label = (value: number, step: number): string => {
  const size = Math.abs(value)
  if (size < step * 1e-9) return '0'
  if (size >= 1e6 || size < 1e-3) {
    const [mantissa, exponent] = value.toExponential(1).split('e') as [string, string]
    return `${mantissa.replace(/\.0$/, '')}e${Number(exponent)}`
  }
  const decimals = Math.max(0, Math.min(6, -Math.floor(Math.log10(step) + 1e-9)))
  return value.toFixed(decimals).replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ',')
}

/** Steps of 1, 2 or 5 times a power of ten, about `wanted` of them. */
const niceStep = (span: number, wanted: number): number => {
  const raw = span / wanted
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = [1, 2, 5, 10].find(m => m * power >= raw * 0.999) ?? 10
  return step * power
}

const linearTicks = (low: number, high: number, wanted: number, least = 0) => {
  const step = Math.max(least, niceStep(high - low, wanted))
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step).map(value => ({
    value,
    label: label(value, step),
  }))
}

const logTicks = (low: number, high: number) => {
  const first = Math.floor(Math.log10(low))
  const last = Math.ceil(Math.log10(high))
  const every = Math.ceil((last - first) / 6)
  const multiples = last - first <= 2 ? [1, 2, 5] : last - first <= 4 ? [1, 3] : [1]
  const values: number[] = []
  for (let e = first; e <= last; e += every) for (const m of multiples) values.push(m * 10 ** e)
  return values
    .filter(v => v >= low * 0.999 && v <= high * 1.001)
    .map(value => ({ value, label: label(value, value) }))
}

/** The x axis: from the first step to the last. */
export const stepScale = (low: number, high: number): Scale => {
  const top = high > low ? high : low + 1
  return {
    log: false,
    low,
    high: top,
    at: v => (v - low) / (top - low),
    ticks: linearTicks(low, top, 6, 1),
    outside: 0,
  }
}

/**
 * The y axis for some values. Logarithmic if all are positive and, but for a few, span more than two decades; otherwise linear, where a few
 * spikes that would flatten everything else are left outside.
 */
export function valueScale(values: readonly number[]): Scale {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b)
  const quantile = (q: number) => sorted[Math.round(q * (sorted.length - 1))] ?? 0
  const [min, max] = [quantile(0), quantile(1)]
  const [q1, q99] = [quantile(0.01), quantile(0.99)]
  if (min > 0 && q99 / q1 > 100) {
    const [low, high] = [Math.log10(min), Math.log10(max)]
    const pad = (high - low) * 0.04
    const scale = { log: true, low: 10 ** (low - pad), high: 10 ** (high + pad), outside: 0 }
    const span = high - low + 2 * pad
    return { ...scale, at: v => (Math.log10(v) - low + pad) / span, ticks: logTicks(scale.low, scale.high) }
  }
  const spiky = sorted.length >= 50 && q99 > q1 && max - min > 5 * (q99 - q1)
  const reach = (q99 - q1) / 3
  const [from, to] = spiky ? [Math.max(min, q1 - reach), Math.min(max, q99 + reach)] : [min, max]
  const pad = to > from ? (to - from) * 0.06 : Math.max(Math.abs(to) * 0.1, 0.1)
  const [low, high] = [from - pad, to + pad]
  return {
    log: false,
    low,
    high,
    at: v => (v - low) / (high - low),
    ticks: linearTicks(low, high, 6),
    outside: sorted.filter(v => v < low || v > high).length,
  }
}
