/** Throws unless `value` is a decay: a number in [0, 1). */
export function expectDecay(who: string, value: number): void {
  if (!(value >= 0 && value < 1))
    throw new Error(`${who}: decay must lie in [0, 1), got ${value}; .99 averages over about a hundred steps`)
}
