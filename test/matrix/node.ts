import { onnxruntimeWeb } from '@equilibria/compile'
import { onnxruntimeNode } from '@equilibria/compile/node'
import { check, type Engines } from './checks.ts'
import { compiledFor } from './compiled.ts'
import { targets } from './targets.ts'

// All checks of one target in a process of its own, so that nothing of another target's is left over: `node.ts NAME` writes the
// report as the last line.

const engines: Engines = {
  'node cpu': async () => compiledFor(await onnxruntimeNode()),
  'node webgpu': async () => compiledFor(await onnxruntimeNode({ provider: 'webgpu' })),
  'web wasm': async () => compiledFor(await onnxruntimeWeb()),
}

const report = await check(targets.find(target => target.name === process.argv[2])!, engines)
process.stdout.write(`\n${JSON.stringify(report)}\n`, () => process.exit(0))
