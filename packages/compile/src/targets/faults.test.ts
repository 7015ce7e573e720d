import '@tensorflow/tfjs-backend-cpu'
import { mlp } from '@equilibria/architectures'
import { DeviceFault, gan, gaussianLatent, onDeviceFault, release, tensorsOf } from '@equilibria/core'
import { nonSaturating } from '@equilibria/losses'
import { memoryStore, train } from '@equilibria/trainers'
import { setBackend } from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { killedOptions } from '../../../trainers/src/node/killing.fixture.ts'
import { compiled } from '../engine.ts'
import type { Session, Target } from '../target.ts'
import { guarded } from './faults.ts'

/** A target whose sessions do as `run` says. */
const target = (run: Session['run'], load?: Target['load']): Target => ({
  name: 'fake 1.0 webgpu',
  kind: 'gpu',
  load: load ?? (async () => ({ run, release: () => {} })),
})
/** A device that can be broken. */
const fakeDevice = () => {
  let lose!: (why: { reason: string; message: string }) => void
  let refuse!: (event: { error: Error }) => void
  const device = {
    lost: new Promise<{ reason: string; message: string }>(resolve => {
      lose = resolve
    }),
    addEventListener: (_: 'uncapturederror', listener: (event: Event) => void) => {
      refuse = listener as unknown as typeof refuse
    },
  }
  return { device, lose, refuse: (message: string) => refuse({ error: new Error(message) }) }
}
const model = { model: new Uint8Array(), inputs: [], outputs: [], room: 0 }
const sessionOf = (on: Target) => on.load(model)
const run = async (session: Session) => session.run([], [])

let heard: DeviceFault[] = []
let end = () => {}
beforeEach(() => {
  heard = []
  end = onDeviceFault(fault => heard.push(fault))
})
afterEach(() => end())

// In the words of onnxruntime 1.30.
test.each([
  ['Failed to download data from buffer. wgpu::MapAsyncStatus value: 4', 'lost', /device is lost/],
  ['WebGPU validation failed. [Device] is lost.', 'lost', /device is lost/],
  [
    'WebGPU validation failed. [Invalid Buffer (unlabeled)] is invalid due to a previous error.\n - While validating',
    'out-of-memory',
    /out of memory; try a smaller batch/,
  ],
  ['Buffer size (5000000000) exceeds the max buffer size limit (2147483648).', 'out-of-memory', /5000000000/],
  ['BFC Arena ran out of memory trying to allocate 9 bytes', 'out-of-memory', /smaller batch/],
  ['Non-zero status code returned while running Neg node.', 'uncaptured', /refused a command: .*Neg node/],
])('a run that fails with "%s" is the fault %s', async (words, kind, text) => {
  const session = await sessionOf(guarded(target(() => Promise.reject(new Error(words)))))
  const fault: unknown = await run(session).catch(e => e)
  expect(fault).toBeInstanceOf(DeviceFault)
  expect(fault).toMatchObject({ kind, backend: 'fake 1.0 webgpu', message: expect.stringMatching(text) })
  expect((fault as Error).cause).toMatchObject({ message: words })
  expect(heard).toEqual([fault])
})

test('a run that failed for itself alone leaves the next one alone; a lost device does not', async () => {
  const words = ['Non-zero status code', undefined, 'the device is lost', undefined]
  const session = await sessionOf(
    guarded(
      target(async () => {
        const word = words.shift()
        if (word) throw new Error(word)
      }),
    ),
  )
  await expect(run(session)).rejects.toMatchObject({ kind: 'uncaptured' })
  await run(session)
  await expect(run(session)).rejects.toMatchObject({ kind: 'lost' })
  await expect(run(session)).rejects.toMatchObject({ kind: 'lost' })
  expect(heard.map(fault => fault.kind)).toEqual(['uncaptured', 'lost'])
})

test('what a device reports ends the runs under way, and every one after', async () => {
  const { device, lose } = fakeDevice()
  let forgotten = 0
  const on = guarded(
    target(() => new Promise(() => {})),
    { device, forget: () => void forgotten++ },
  )
  const session = await sessionOf(on)
  const never = run(session)
  lose({ reason: 'unknown', message: 'the driver was reset' })
  const lost = { kind: 'lost', message: 'fake 1.0 webgpu: the GPU device is lost (the driver was reset)' }
  await expect(never).rejects.toMatchObject(lost)
  await expect(run(session)).rejects.toMatchObject(lost)
  await expect(sessionOf(on)).rejects.toMatchObject(lost)
  expect(heard).toMatchObject([lost])
  expect(forgotten).toBe(1)
})

test('an error that nobody scoped is no silence: the run that it came in throws it', async () => {
  const { device, refuse } = fakeDevice()
  const session = await sessionOf(
    guarded(
      target(async () => refuse('vkAllocateMemory: out of memory')),
      { device },
    ),
  )
  await expect(run(session)).rejects.toMatchObject({ kind: 'out-of-memory' })
  expect(heard).toHaveLength(1)
})

test('a model that does not fit is a fault; one that the provider does not know is the plain error it was', async () => {
  const fails = (words: string) =>
    guarded(
      target(
        () => {},
        () => Promise.reject(new Error(words)),
      ),
    )
  await expect(
    sessionOf(fails('Failed to allocate memory for requested buffer of size 9')),
  ).rejects.toMatchObject({
    kind: 'out-of-memory',
  })
  const plain: unknown = await sessionOf(fails('no kernel for Conv')).catch(e => e)
  expect(plain).not.toBeInstanceOf(DeviceFault)
  expect(heard).toHaveLength(1)
})

test('training ends with the fault; the step it came in is not saved, the checkpoint before stays and is continued from', async () => {
  await setBackend('cpu')
  const { device, refuse } = fakeDevice()
  let runs = 0
  const store = memoryStore()
  // Each step is several models; what they compute is of no interest here.
  const on = guarded(
    target(() => (++runs > 40 ? refuse('validation error') : undefined)),
    { device },
  )
  const options = { ...killedOptions, store, every: { checkpoint: 2 } }
  await expect(train({ ...options, steps: 100, engine: compiled(on) })).rejects.toMatchObject({
    name: 'DeviceFault',
    kind: 'uncaptured',
    backend: 'fake 1.0 webgpu',
  })
  const { step } = store.last!
  expect(step % 2).toBe(0)
  expect(step).toBeGreaterThan(0)
  const rest = await train({ ...options, steps: step + 1 })
  expect(rest.from).toBe(step)
  release(tensorsOf(rest.state))
})

test('a device that fails while a step is compiled is a fault too, no reason to go on elsewhere unasked', async () => {
  await setBackend('cpu')
  const on = guarded(
    target(
      () => {},
      () => Promise.reject(new Error('out of memory')),
    ),
  )
  await expect(train({ ...killedOptions, steps: 1, engine: compiled(on) })).rejects.toMatchObject({
    kind: 'out-of-memory',
  })
})

test('models that were loaded before one failed are let go', async () => {
  await setBackend('cpu')
  let loaded = 0
  const on = target(
    () => {},
    async () => {
      if (loaded === 1) throw new Error('no kernel')
      loaded++
      return { run: () => {}, release: () => void loaded-- }
    },
  )
  // On a processor a step of layers of some width is several models, as long as little passes between them.
  const sizes = { shape: [2], hidden: [100, 100] }
  const [generator, critic] = [mlp.generator({ ...sizes, dimensions: 2 }), mlp.critic(sizes)]
  const game = gan({ generator, critic, latent: gaussianLatent(2), loss: nonSaturating() })
  const wide = { ...killedOptions, game, batch: 4 }
  const run = await train({ ...wide, steps: 1, engine: compiled({ ...on, kind: 'cpu' }) })
  expect(run.engine).toBe('eager')
  expect(run.notes.join()).toContain('the step runs eagerly, not compiled: no kernel')
  expect(loaded).toBe(0)
  release(tensorsOf(run.state))
})
