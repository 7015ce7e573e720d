import { DeviceFault, onDeviceFault, useBackend } from '@equilibria/backends'
import { backend as currentBackend, ones, square, tidy, zeros } from '@tensorflow/tfjs-core'
import { trainRing } from './ring.ts'

export { trainRing }

/** The same off the page's own thread, as pages should. */
export const trainRingInWorker = (...how: Parameters<typeof trainRing>) =>
  new Promise<Awaited<ReturnType<typeof trainRing>>>((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
    worker.onmessage = ({ data: { result, error } }) => {
      worker.terminate()
      if (error) reject(new Error(error))
      else resolve(result)
    }
    worker.onerror = event => reject(new Error(event.message))
    worker.postMessage(how)
  })

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
