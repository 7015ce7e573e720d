import { DeviceFault, onDeviceFault, useBackend } from '@equilibria/backends'
import { key, normals, uniforms } from '@equilibria/core'
import { train } from '@equilibria/trainers'
import { backend as currentBackend, ones, square, tidy, zeros } from '@tensorflow/tfjs-core'
import { makeRegistry, realise, realiseData, ringRecipe, sample, trainedOf, withFacts } from 'equilibria'

/** What a browser and Node must agree on; run in both. */
export async function trainRing(backend: string, steps: number, options: object = {}) {
  const report = await useBackend(backend, options)
  const registry = makeRegistry()
  const data = await realiseData(ringRecipe, registry)
  const recipe = withFacts(ringRecipe, data)
  const { sampler: _, ...parts } = realise(recipe, registry, recipe.facts)
  const costs: number[] = []
  const { state } = await train({
    ...parts,
    data,
    steps,
    batch: 64,
    seed: 5,
    every: { log: 1 },
    loggers: [{ log: entry => void costs.push(entry.stats.critic!.cost!) }],
  })
  const trained = trainedOf(recipe, registry, recipe.facts, state)!
  return {
    backend: report.name,
    costs,
    sample: [...(await sample(trained, { seed: 1, n: 2 }).data())],
    words: [...new Uint32Array(normals(key(3), 64).buffer), ...new Uint32Array(uniforms(key(4), 64).buffer)],
  }
}

/** What `auto` chose, and what it made of the others. */
export const chosen = (options: object) => useBackend('auto', options)

/** How a device can be broken while something on it waits to be read. */
const accidents = {
  destroyed: (device: GPUDevice) => {
    const values = square(ones([4]))
    device.destroy()
    return values
  },
  'a refused command': (device: GPUDevice) => {
    device.createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE })
    return square(ones([4]))
  },
  'too large': (device: GPUDevice) => tidy(() => square(zeros([device.limits.maxBufferSize / 4 + 64]))),
}

/** Breaks a WebGPU device in each way: what a read then throws, what listeners hear, and what a new device computes. */
export async function breakDevices() {
  const outcomes: Record<string, unknown> = {}
  for (const [name, accident] of Object.entries(accidents)) {
    await useBackend('webgpu')
    const heard: string[] = []
    const end = onDeviceFault(fault => heard.push(fault.kind))
    const broken = accident((currentBackend() as unknown as { device: GPUDevice }).device)
    const thrown: unknown = await broken.data().catch(e => e)
    end()
    await useBackend('webgpu')
    const after = [...(await square(ones([2])).data())]
    outcomes[name] = { thrown: thrown instanceof DeviceFault ? thrown.kind : String(thrown), heard, after }
  }
  return outcomes
}
