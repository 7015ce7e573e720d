#!/usr/bin/env node
import { withInterrupt } from '@equilibria/trainers/node'
import { cli } from './program.ts'

// A closed pipe (`| head`) ends the command quietly.
process.stdout.on('error', e => {
  if ((e as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0)
  throw e
})

process.exitCode = await withInterrupt(signal =>
  cli(process.argv.slice(2), {
    out: text => process.stdout.write(text),
    err: text => process.stderr.write(text),
    cwd: process.cwd(),
    env: process.env,
    terminal: process.stderr.isTTY === true,
    signal,
  }),
)
