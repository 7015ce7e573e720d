/**
 * Everything that page and worker say to each other. The worker owns the run; the page shows what it is told and keeps nothing.
 */

/** What to train and on what, by name. */
export interface Choice {
  readonly recipe: string
  readonly backend: string
  readonly engine: string
  readonly seed: number
  /** The step to reach. */
  readonly steps: number
}

/** What the page asks for. */
export type Request =
  /** Show this run: what its data are, and what is saved of it. */
  | { readonly kind: 'look'; readonly choice: Choice }
  /** Train: from what is saved, or from the beginning. */
  | { readonly kind: 'start'; readonly choice: Choice }
  /** End training after the current step, and save. */
  | { readonly kind: 'pause' }
  /** Forget what is saved of this run. */
  | { readonly kind: 'reset'; readonly choice: Choice }

/** Something to choose: its name, a few words about it, and why it cannot be chosen if it cannot. */
export interface Option {
  readonly name: string
  readonly about: string
  readonly unavailable?: string
}

/** A recipe to choose. */
export interface RecipeOption extends Option {
  /** The steps it was made for. */
  readonly steps: number
}

/** What there is to choose from; said once, when the worker is ready. */
export interface Offer {
  readonly recipes: readonly RecipeOption[]
  readonly backends: readonly Option[]
  readonly engines: readonly Option[]
  /** Where runs are saved, or why they are not. */
  readonly storage: { readonly kept: boolean; readonly about: string }
  /** Whether the page is cross-origin isolated, so that WebAssembly may use threads. */
  readonly isolated: boolean
  /** What was trained last. */
  readonly last: Choice
}

/** What the worker is doing: nothing, getting ready, training, or saving after a pause or the last step. */
export type Phase = 'idle' | 'preparing' | 'training' | 'stopping'

/** A run as it stands. */
export interface RunState {
  readonly phase: Phase
  readonly choice: Choice
  readonly step: number
  /** Steps a second: lately while training, on average once that ended. */
  readonly stepsPerSecond?: number | undefined
  /** Seconds trained, all sessions together. */
  readonly seconds: number
  /** What it runs on, once that is known. */
  readonly machine?: Machine | undefined
  /** The step that is saved, if one is. */
  readonly saved?: number | undefined
}

/** What a run runs on. */
export interface Machine {
  readonly backend: string
  /** The adapter or processor behind it. */
  readonly device: string
  readonly threads: number
  readonly engine: string
}

/** Rows as numbers: points [n, 2] or images [n, height, width, 1 or 3] in [-1, 1]. */
export interface Rows {
  readonly data: Float32Array<ArrayBuffer>
  readonly shape: readonly number[]
  /** Images in a line, where that means something: a column for each class. */
  readonly columns?: number | undefined
}

/** Each player's loss at a step. */
export interface Losses {
  readonly step: number
  readonly losses: { readonly [player: string]: number }
}

/** What an evaluation found, as a table. */
export interface Table {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
  readonly remark?: string | undefined
}

/** What the worker tells. */
export type Told =
  | { readonly kind: 'offer'; readonly offer: Offer }
  | { readonly kind: 'run'; readonly run: RunState }
  /** Another run is shown from now on: forget its pictures, losses, tables and notes. */
  | { readonly kind: 'clear' }
  | { readonly kind: 'real'; readonly rows: Rows; readonly range: readonly [low: number, high: number] }
  | { readonly kind: 'samples'; readonly rows: Rows; readonly step: number }
  | { readonly kind: 'losses'; readonly entries: readonly Losses[] }
  | { readonly kind: 'tables'; readonly tables: readonly Table[] }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'error'; readonly text: string }
