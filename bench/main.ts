/** Measures GANs in training: our engines beside PyTorch and plain tfjs. See `options.ts` for what it takes. */
import { optionsOf, usage } from './options.ts'
import { bench } from './run.ts'

try {
  const argv = process.argv.slice(2)
  if (argv.includes('--help')) process.stdout.write(usage)
  else await bench(optionsOf(argv))
} catch (e) {
  process.stderr.write(`${e instanceof Error ? e.message : String(e)}\n\n${usage}`)
  process.exitCode = 1
}
