import { cpus } from 'node:os'

const spent = () => {
  const times = cpus().map(({ times: t }) => ({
    idle: t.idle,
    all: t.user + t.nice + t.sys + t.irq + t.idle,
  }))
  const sum = (pick: (t: (typeof times)[number]) => number) => times.reduce((a, t) => a + pick(t), 0)
  return { idle: sum(t => t.idle), all: sum(t => t.all) }
}

const pause = (ms: number) => new Promise(done => setTimeout(done, ms))

/** The share of all cores that is in use, 0 to 1, looked at for `ms`. While columns wait for their turn this is other programs' use. */
export async function busy(ms = 100): Promise<number> {
  const before = spent()
  await pause(ms)
  const after = spent()
  return 1 - (after.idle - before.idle) / Math.max(1, after.all - before.all)
}

/** Waits until others use less than a tenth of the machine, at most `seconds`. Gives the use last seen. */
export async function calm(seconds: number): Promise<number> {
  const end = performance.now() + seconds * 1000
  for (;;) {
    const now = await busy()
    if (now < 0.1 || performance.now() >= end) return now
    await pause(100)
  }
}
