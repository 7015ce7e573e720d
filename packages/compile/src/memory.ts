import { bytesOf } from './arena.ts'
import type { Plan } from './program.ts'
import type { Target } from './target.ts'
import { TooLarge } from './too-large.ts'

const MB = 2 ** 20

/** The native runtime comes to hold this many times what is alive at once: between values of many sizes there are gaps. */
const GAPS = 1.75

/**
 * Bytes that the runtime itself comes to hold for plans that are loaded together.
 *
 * The native runtime keeps for every session what its runs took piece by piece. In WebAssembly all sessions have one heap, which never gets smaller and into which inputs and outputs are copied. A GPU's memory cannot be asked for: nothing is said of it.
 *
 * With the arena, beside what a process grew by from before `prepare` until after four steps, in MB (`memory.fixture.ts`, 2026-11-26):
 *
 * | bench's model, batch | native, estimated | grown | WebAssembly, estimated | grown |
 * | --- | ---: | ---: | ---: | ---: |
 * | mlp, 64 | 33 | 32 | 41 | hidden by other things' going |
 * | dcgan, 16 | 46 | 53 | 57 | 72 |
 * | dcgan, 64 | 122 | 118 | 104 | 93 |
 * | resnet, 16 | 225 | 217 | 184 | 214 |
 * | r3gan, 16 | 459 | 296 | 270 | 300 |
 */
export function peakOf(plans: readonly Plan[], kind: Target['kind']): number {
  if (kind === 'gpu') return 0
  const models = plans.flatMap(({ stages }) =>
    stages.flatMap(({ model, sources, results }) =>
      model ? [{ model, ports: [...sources, ...results] }] : [],
    ),
  )
  const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0)
  // As they were handed over, and as the runtime has read them.
  const files = 2 * sum(models.map(({ model }) => model.model.length))
  if (kind === 'cpu') return files + GAPS * sum(models.map(({ model }) => model.room))
  const copied = models.map(
    ({ model, ports }) => model.room + sum(ports.map(node => bytesOf(node.shape, node.dtype))),
  )
  return files + Math.max(0, ...copied)
}

const inMB = (bytes: number) => `${Math.ceil(bytes / MB)} MB`

/** Throws `TooLarge` if a step needs more than can be had: `arena` bytes of the host, and `inside` the runtime. */
export function needRoom(
  target: Target,
  { arena, inside }: { readonly arena: number; readonly inside: number },
): void {
  const refuse = (free: number, where: string) => {
    throw new TooLarge(
      `the compiled step needs about ${inMB(arena + inside)} (${inMB(arena)} for parameters, optimizers and batches, ${inMB(inside)} inside the step), and ${Math.floor(free / MB)} MB are free${where}: use a smaller batch or smaller networks`,
    )
  }
  const free = target.available?.()
  if (free !== undefined && arena + inside > free) refuse(free, '')
  const within = target.within?.()
  if (within !== undefined && inside > within) refuse(within, ' inside the runtime')
}
