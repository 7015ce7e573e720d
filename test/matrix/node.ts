import { onnxruntimeWeb } from '@equilibria/compile'
import { onnxruntimeNode } from '@equilibria/compile/node'
import { check, type Engines } from './checks.ts'
import { compiledFor } from './compiled.ts'
import { targets } from './targets.ts'

// All checks of one target in a process of its own, so that nothing of another target's is left over: `node.ts NAME` writes the
// report as the last line; without a name, why engines cannot be had here.

const engines: Engines = {
  'node cpu': async () => compiledFor(await onnxruntimeNode()),
  'node webgpu': async () => compiledFor(await onnxruntimeNode({ provider: 'webgpu' })),
  'web wasm': async () => compiledFor(await onnxruntimeWeb()),
}

/** Each engine that cannot be had, with the reason. */
const missing = async () =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(engines).map(async ([name, make]) => [
        name,
        await make().then(
          () => undefined,
          (e: Error) => e.message,
        ),
      ]),
    ),
  )

const name = process.argv[2]
const report = name ? await check(targets.find(target => target.name === name)!, engines) : await missing()
process.stdout.write(`\n${JSON.stringify(report)}\n`, () => process.exit(0))
