/** A worker thread, in Node or in a browser. */
export interface Thread {
  post(message: unknown): void
  stop(): void
}
