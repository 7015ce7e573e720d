import type { Part } from './part.ts'
import { single } from './single.ts'

/** The most memory that was resident after a few steps. */
export const memory: Part = given =>
  single(given, {
    title: `Memory: the most that was resident in the first 5 steps, batch ${given.options.batch}`,
    times: 1,
    read: async peer => {
      await peer.ask('go 4')
      const answer = await peer.ask('memory')
      return { bytes: 'bytes' in answer ? answer.bytes : Number.NaN }
    },
    show: ([reading]) => `${Math.round(reading!.bytes! / 2 ** 20)} MB`,
  })
