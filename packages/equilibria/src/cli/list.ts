import { fromData, isPart, type Kind, type Registry, required, unknownName } from '@equilibria/core'
import { exitCode, type Io } from './io.ts'
import { commandRegistry } from './options.ts'

const shown = (value: unknown): string => {
  if (value === required) return '(required)'
  if (value === fromData) return '(from data)'
  if (isPart(value)) {
    if (value.many) return `{ name: ${value.part} }`
    return value.otherwise === required ? `(${value.part})` : shown(value.otherwise)
  }
  return value === undefined || value === null ? '(none)' : JSON.stringify(value)
}

const listKind = (registry: Registry, kind: string): string => {
  const lines = registry.names(kind).map(name => {
    const { options, from } = registry.find(kind as Kind, name)
    const given = Object.entries(options).map(([option, value]) => `${option}=${shown(value)}`)
    return `  ${name}${given.length > 0 ? `  ${given.join(' ')}` : ''}${from.startsWith('@equilibria/') || from === 'equilibria' ? '' : `  [${from}]`}`
  })
  return `${kind}\n${lines.join('\n')}\n`
}

/** `equilibria list [kind]`: names, their options and defaults. */
export async function listCommand(
  kind: string | undefined,
  { plugin = [] }: { plugin?: readonly string[] },
  io: Io,
): Promise<number> {
  const registry = await commandRegistry(plugin, io.cwd)
  const kinds = registry.kinds()
  if (kind !== undefined && !kinds.includes(kind)) throw new Error(unknownName('kind', kind, kinds))
  io.out((kind === undefined ? kinds : [kind]).map(k => listKind(registry, k)).join('\n'))
  return exitCode.ok
}
