import { CheckpointError } from '@equilibria/trainers'
import type { Request } from '../messages.ts'
import { offer } from './offer.ts'
import { openSession } from './session.ts'
import { openStorage } from './storage.ts'
import { tell } from './tell.ts'

/** What went wrong, in words. */
const wordsOf = (e: unknown): string => {
  const text = e instanceof Error ? e.message : String(e)
  return e instanceof CheckpointError ? `${text} Here, Reset removes what is saved of this run.` : text
}

let queue: Promise<void> = Promise.resolve()
/** One thing after the other. */
const later = (work: () => Promise<void>) => {
  queue = queue.then(work).catch(e => {
    console.error(e)
    tell({ kind: 'error', text: wordsOf(e) })
  })
}

const session = openStorage().then(async storage => {
  const all = await offer(storage)
  tell({ kind: 'offer', offer: all })
  const opened = openSession(storage)
  later(() => opened.look(all.last))
  return opened
})
later(async () => void (await session))

let training: AbortController | undefined

self.onmessage = async ({ data: request }: MessageEvent<Request>) => {
  const { look, start, stopping, reset } = await session
  // Whatever is asked for, training gives way to it; `start` is queued behind its end.
  training?.abort()
  stopping()
  if (request.kind === 'pause') return
  if (request.kind === 'look') later(() => look(request.choice))
  if (request.kind === 'reset') later(() => reset(request.choice))
  if (request.kind === 'start') {
    const controller = new AbortController()
    training = controller
    later(() => start(request.choice, controller.signal))
  }
}
