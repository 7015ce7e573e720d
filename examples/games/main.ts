import { useBackend } from '@equilibria/backends'
import { games } from './games.ts'

const names = Object.keys(games)
const chosen = process.argv.slice(2)
const unknown = chosen.find(name => !(name in games))
if (unknown) throw new Error(`no example "${unknown}"; there are ${names.join(', ')}`)
await useBackend('auto')
for (const name of chosen.length > 0 ? chosen : names) {
  const { run, steps } = games[name]!
  const start = performance.now()
  const numbers = await run(Number(process.env.STEPS ?? steps))
  const shown = Object.entries(numbers).map(([what, value]) => `${what} ${Number(value.toPrecision(3))}`)
  console.log(`${name}: ${shown.join(', ')} (${((performance.now() - start) / 1000).toFixed(1)} s)`)
}
