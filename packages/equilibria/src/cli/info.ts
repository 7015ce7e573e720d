import { cpus, totalmem } from 'node:os'
import { describeBackends, useBackend } from '@equilibria/backends'
import { useEngine } from '@equilibria/compile/node'
import { exitCode, type Io } from './io.ts'
import { version } from './version.ts'

/** `equilibria info`: the backend and the engine that would be used, device and threads, and what else was found or not and why. */
export async function infoCommand({ backend }: { backend: string }, io: Io): Promise<number> {
  const used = await useBackend(backend)
  const { engine, tried } = await useEngine()
  const all = await describeBackends()
  io.out(`equilibria ${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}\n`)
  io.out(`cores ${cpus().length}, memory ${(totalmem() / 2 ** 30).toFixed(0)} GiB\n\n`)
  io.out(`backend  ${used.name}\n`)
  io.out(`library  ${used.library}\n`)
  io.out(`device   ${used.device}\n`)
  io.out(`threads  ${used.threads}\n`)
  io.out(`kernels  ${used.kernels}\n`)
  io.out(`engine   ${engine.name}\n\n`)
  for (const { name, reason } of tried) io.out(`  ${name}: not available: ${reason}\n`)
  for (const found of all)
    io.out(
      found.ok
        ? `  ${found.name}: available (${found.library})\n`
        : `  ${found.name}: not available: ${found.reason}. ${found.remedy}\n`,
    )
  return exitCode.ok
}
