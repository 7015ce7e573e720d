/** Lets the event loop take one turn: signals, timers, input and drawing get their chance. */
export const pause: () => Promise<void> =
  typeof setImmediate === 'function'
    ? () => new Promise(resolve => setImmediate(resolve))
    : () =>
        // Not setTimeout: browsers hold nested timers back by 4 ms, and by a second in hidden pages.
        new Promise(resolve => {
          const { port1, port2 } = new MessageChannel()
          port1.onmessage = () => {
            port1.close()
            resolve()
          }
          port2.postMessage(0)
        })

/** A function to call often: it pauses when `milliseconds` have gone by since it last did, and costs nothing otherwise. */
export function pacer(
  milliseconds: number,
  now: () => number = () => performance.now(),
): () => Promise<void> | undefined {
  let last = now()
  return () => {
    if (now() - last < milliseconds) return undefined
    return pause().then(() => {
      last = now()
    })
  }
}
