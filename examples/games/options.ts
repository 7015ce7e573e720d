import { type Example, games } from './games.ts'

const names = Object.keys(games)

export const usage = `npm start -w examples/games -- [name ...]

  of ${names.join(', ')} (default: all of them)

STEPS=n takes n steps in place of a script's own number.
`

/** What was asked for. */
export interface Options {
  readonly scripts: readonly (readonly [name: string, script: Example])[]
  /** Steps in place of the scripts' own. */
  readonly budget: number | undefined
}

/** The names on the command line, and STEPS, as options. Throws on what it does not know, in words. */
export function optionsOf(argv: readonly string[], steps?: string): Options {
  const unknown = argv.find(name => !Object.hasOwn(games, name))
  if (unknown !== undefined) throw new Error(`no example "${unknown}"; there are ${names.join(', ')}`)
  if (steps !== undefined && !/^0*[1-9]\d*$/.test(steps))
    throw new Error(`STEPS takes a whole number above zero, got "${steps}"`)
  return {
    scripts: (argv.length > 0 ? argv : names).map(name => [name, games[name]!]),
    budget: steps === undefined ? undefined : Number(steps),
  }
}
