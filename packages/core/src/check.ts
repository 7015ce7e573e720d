import type { Network } from './network.ts'
import { isRecord } from './plugin.ts'

/** Throws if one of `named` is not among a game's players. */
export function checkPlayers(what: string, named: readonly string[], players: readonly string[]): void {
  const unknown = named.find(player => !players.includes(player))
  if (unknown !== undefined)
    throw new Error(`${what}: the game has no player "${unknown}"; its players are ${players.join(', ')}`)
}

/** Throws unless `count` is a whole number >= `least`. */
export function checkCount(what: string, count: number, least = 1): void {
  if (!Number.isInteger(count) || count < least)
    throw new Error(`${what} must be a whole number >= ${least}, got ${count}`)
}

/** Throws unless `value` is a finite number >= 0, or > 0 where it must be `positive`; `hint` ends the message. */
export function checkNumber(
  what: string,
  value: number,
  { positive = false, hint = '' }: { readonly positive?: boolean; readonly hint?: string } = {},
): void {
  if (Number.isFinite(value) && (value > 0 || (!positive && value === 0))) return
  throw new Error(`${what} must be a number ${positive ? '>' : '>='} 0, got ${value}${hint && `; ${hint}`}`)
}

/** Throws unless `value` is a record; `example` shows one. */
export function checkRecord(what: string, value: unknown, example: string): void {
  if (isRecord(value)) return
  throw new Error(
    `${what} must be a record such as ${example}, got ${value === undefined ? 'none' : (JSON.stringify(value) ?? typeof value)}`,
  )
}

/** Throws unless `network` is one; `what` says whose it is. */
export function checkNetwork(what: string, network: Network | undefined): void {
  if (typeof network?.init === 'function' && typeof network.apply === 'function') return
  throw new Error(
    `${what} needs a network { init(key) => params, apply(params, x, context) => y }, got ${network === undefined ? 'none' : typeof network}`,
  )
}
