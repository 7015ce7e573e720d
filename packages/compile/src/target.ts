import type { Region } from './arena.ts'

/** A loaded model. Sessions read and write regions of host memory. */
export interface Session {
  /** Computes `outputs` from `inputs`, in the order of the model's own. */
  run(inputs: readonly Region[], outputs: readonly Region[]): void | Promise<void>
  release(): void | Promise<void>
}

/** A model in ONNX form, its inputs and outputs by name. */
export interface Model {
  readonly model: Uint8Array
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Bytes of its own values that are alive at once at most, besides inputs, outputs and constants. */
  readonly room: number
}

/** What must be known of where a model runs, to write it. */
export interface Device {
  /** Which measured choices hold for it (see `onnx/convolution/forms.ts`). */
  readonly kind: 'cpu' | 'wasm' | 'gpu'
  /** Channels in a block of the layout that the runtime's own convolutions read; absent if it has none. */
  readonly block?: number | undefined
  /** The name of a first output without contents that models should have. */
  readonly empty?: string | undefined
}

/** What runs models: a build of ONNX Runtime with one of its execution providers. */
export interface Target extends Device {
  /** As it stands in reports and checkpoints: runtime, provider, version, threads. */
  readonly name: string
  /** Bytes that the host can still give, where it can be known. */
  available?(): number
  /** Bytes that models can still have inside the runtime, where it has a memory of its own whose end is known. */
  within?(): number
  load(model: Model): Promise<Session>
}
