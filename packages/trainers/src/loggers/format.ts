import type { Numbers } from '../host.ts'

/** 1234567.8 -> "1,234,568"; below a hundred with as many decimals as make three digits. */
export const count = (n: number): string =>
  n >= 100 || Number.isInteger(n)
    ? Math.round(n)
        .toString()
        .replace(/\B(?=(\d{3})+$)/g, ',')
    : n.toPrecision(3)

/** A statistic in at most eight characters: "0.6931", "-12.40", "1.2e+9". */
export const figure = (n: number): string => {
  if (!Number.isFinite(n)) return String(n)
  const size = Math.abs(n)
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return n.toExponential(1)
  return n.toFixed(size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 4)
}

/** 75 -> "1m 15s", 8000 -> "2h 13m". */
export const duration = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return '?'
  const s = Math.max(0, Math.round(seconds))
  const two = (n: number) => String(n).padStart(2, '0')
  if (s < 60) return `${s}s`
  if (s < 3600) return `${Math.floor(s / 60)}m ${two(s % 60)}s`
  if (s < 86400) return `${Math.floor(s / 3600)}h ${two(Math.floor((s % 3600) / 60))}m`
  return `${Math.floor(s / 86400)}d ${two(Math.floor((s % 86400) / 3600))}h`
}

/** The one number that stands for each player in a line: its adversarial loss where it reports one, else its whole cost. */
export const headline = (stats: Numbers): [player: string, value: number][] =>
  Object.entries(stats).flatMap(([player, own]) => {
    const value = own.loss ?? own.cost
    return value === undefined ? [] : [[player, value]]
  })
