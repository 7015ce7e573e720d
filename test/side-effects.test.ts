import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

// `sideEffects: false` is a promise: importing a package changes nothing, so that bundlers may leave out what is not used. Here every
// entry of every package is imported in a process of its own, and whatever an import could have changed is compared.

const root = join(import.meta.dirname, '..')
const entries = readdirSync(join(root, 'packages')).flatMap(folder => {
  const { name, exports } = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'))
  return Object.keys(exports).map(path => join(name, path))
})

const program = `
  import * as tf from '@tensorflow/tfjs-core'
  const seen = () => JSON.stringify({
    globals: Object.getOwnPropertyNames(globalThis).sort(),
    gradients: ['Add', 'Tanh', 'Conv2D'].filter(k => tf.getGradient(k)),
    kernels: ['cpu', 'wasm', 'tensorflow', 'float64'].map(b => tf.getKernelsForBackend(b).length),
    backends: Object.keys(tf.engine().registryFactory),
    tensors: tf.engine().state.numTensors,
    listeners: process.eventNames().sort(),
  })
  const before = seen()
  for (const entry of ${JSON.stringify(entries)}) {
    await import(entry)
    if (seen() !== before) throw new Error(entry + ' changed ' + before + ' to ' + seen())
  }
  console.log('unchanged')
`

describe('importing', () => {
  it(`any of the ${entries.length} entries changes nothing`, async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', '--conditions=@equilibria/source', '--input-type=module', '-e', program],
      { cwd: root },
    )
    expect(stdout.trim()).toBe('unchanged')
  })
})
