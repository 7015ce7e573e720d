/** Throws unless `value` is a finite number >= `least` (or > it, where `open`). */
export function expectNumber(
  who: string,
  name: string,
  value: number,
  { above = 0, orEqual = true, hint = '' }: { above?: number; orEqual?: boolean; hint?: string } = {},
): void {
  if (Number.isFinite(value) && (value > above || (orEqual && value === above))) return
  throw new Error(
    `${who}: ${name} must be a number ${orEqual ? '>=' : '>'} ${above}, got ${value}${hint && `; ${hint}`}`,
  )
}

/** Throws unless `value` is a decay: a number in [0, 1). */
export function expectDecay(who: string, value: number): void {
  if (!(value >= 0 && value < 1))
    throw new Error(`${who}: decay must lie in [0, 1), got ${value}; .99 averages over about a hundred steps`)
}
