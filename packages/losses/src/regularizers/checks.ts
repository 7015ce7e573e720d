/** Throws unless `value` is a finite number >= 0, or > 0 where it must be `positive`; `hint` ends the message. */
export function expectNumber(
  who: string,
  name: string,
  value: number,
  { positive = false, hint = '' }: { positive?: boolean; hint?: string } = {},
): void {
  if (Number.isFinite(value) && (value > 0 || (!positive && value === 0))) return
  throw new Error(
    `${who}: ${name} must be a number ${positive ? '>' : '>='} 0, got ${value}${hint && `; ${hint}`}`,
  )
}

/** Throws unless `value` is a decay: a number in [0, 1). */
export function expectDecay(who: string, value: number): void {
  if (!(value >= 0 && value < 1))
    throw new Error(`${who}: decay must lie in [0, 1), got ${value}; .99 averages over about a hundred steps`)
}
