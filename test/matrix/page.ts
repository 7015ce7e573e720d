import { onnxruntimeWeb } from '@equilibria/compile'
import { env } from 'onnxruntime-web/webgpu'
import { check, type Engines } from './checks.ts'
import { compiledFor } from './compiled.ts'
import { targets } from './targets.ts'

const engines: Engines = {
  'web wasm': async () => compiledFor(await onnxruntimeWeb()),
  'web webgpu': async () => {
    const target = await onnxruntimeWeb({ provider: 'webgpu' })
    const device = (await env.webgpu.device) as GPUDevice
    return { ...compiledFor(target), smash: async () => device.destroy() }
  },
}

/** Called by the matrix: all checks of one target, in this page. */
const run = (name: string) =>
  check(targets.find(target => target.name === name)!, engines, { wasmPaths: '/wasm/' })

Object.assign(globalThis, { run })
