import { useBackend } from '@equilibria/backends'
import { type Options, optionsOf, usage } from './options.ts'

async function play({ scripts, budget }: Options): Promise<void> {
  await useBackend('auto')
  for (const [name, { run }] of scripts) {
    const start = performance.now()
    const numbers = await run(budget)
    const shown = Object.entries(numbers).map(([what, value]) => `${what} ${Number(value.toPrecision(3))}`)
    console.log(`${name}: ${shown.join(', ')} (${((performance.now() - start) / 1000).toFixed(1)} s)`)
  }
}

/** The options, or, after a word on what is wrong with them, none. */
function asked(argv: readonly string[]): Options | undefined {
  try {
    return optionsOf(argv, process.env.STEPS)
  } catch (e) {
    process.stderr.write(`${e instanceof Error ? e.message : String(e)}\n`)
    process.exitCode = 2
  }
}

const argv = process.argv.slice(2)
if (argv.includes('--help')) process.stdout.write(usage)
else {
  const options = asked(argv)
  if (options) await play(options)
}
