#!/usr/bin/env node
import { cli } from './program.ts'

const interrupt = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    // A second one does not wait for the state to be saved.
    if (interrupt.signal.aborted) process.exit(130)
    interrupt.abort()
  })

// A closed pipe (`| head`) ends the command quietly.
process.stdout.on('error', e => {
  if ((e as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0)
  throw e
})

process.exitCode = await cli(process.argv.slice(2), {
  out: text => process.stdout.write(text),
  err: text => process.stderr.write(text),
  cwd: process.cwd(),
  env: process.env,
  terminal: process.stderr.isTTY === true,
  signal: interrupt.signal,
})
