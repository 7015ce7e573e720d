import type { Adapter } from './adapter.ts'

/** How a backend is prepared, and what every backend answers. */
export interface BackendOptions {
  /**
   * Threads the backend may use. Default: all cores for the TensorFlow library (it takes this when it is loaded first), up
   * to four for wasm (in a browser one, unless the page is cross-origin isolated).
   */
  threads?: number
  /**
   * Where a browser finds the `.wasm` files of `@tensorflow/tfjs-backend-wasm`: a folder's URL ending in `/`, or a
   * map from each file's name to its URL (bundlers). Node finds them by itself.
   */
  wasmPaths?: string | Record<string, string>
}

/** A backend that is imported and registered, ready for tfjs's `setBackend`. */
export interface LoadedBackend {
  /** Name under which tfjs knows it. */
  readonly backend: string
  /** npm package and version, or the engine's name and version, that does the work. */
  readonly library: string
  /** The graphics adapter it will run on, for backends that use one. `auto` passes over software adapters. */
  readonly adapter?: Adapter
  /**
   * Called once the backend is the current one: what it runs on.
   *
   * @throws where the device turns out not to be what the candidate's name promises
   */
  device(): { device: string; threads: number } | Promise<{ device: string; threads: number }>
}

/** One entry of the table that `useBackend` chooses from. */
export interface BackendCandidate {
  /** Name for `useBackend` and for reports. */
  readonly name: string
  /** What a person does to get this backend, as whole sentences. */
  readonly remedy: string
  /**
   * Imports the backend and registers what it lacks; leaves the choice of the current backend alone.
   *
   * @throws where it is not installed or cannot run here; the message is the reason given to the user
   */
  load(options: BackendOptions): Promise<LoadedBackend>
}
