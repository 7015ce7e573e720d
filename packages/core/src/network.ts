import type { Tensor } from '@tensorflow/tfjs-core'
import type { Clock } from './clock.ts'
import { fold, type Key } from './key.ts'
import type { Outputs } from './loss.ts'
import type { Params } from './tree.ts'

/**
 * What a network carries from step to step besides its parameters, by path: spectral-norm vectors while training,
 * standing statistics of batch norm for sampling. Flat, so that layers can be composed without knowing of each other.
 */
export type Memory = { readonly [path: string]: Tensor }

/** What a network may look at besides its parameters and its input. */
export interface Context {
  /** Randomness of this one evaluation (dropout masks, noise layers). */
  readonly key: Key
  /** `train`: batch statistics and dropout. `sample`: standing statistics, no dropout, rows independent of each other. */
  readonly mode: 'train' | 'sample'
  /** Where in the network we are; memory entries are named by it. */
  readonly path: string
  readonly memory: Memory
  /** The class of each row, int32 [n], for class-conditional networks. */
  readonly labels?: Tensor | undefined
  /** Which step this is, while training: for layers that change with it (noise that fades). */
  readonly clock?: Clock | undefined
  /** Hands out what a layer learned on the way (batch moments, a power iteration's vector): it becomes memory after the step. */
  readonly tell?: ((path: string, value: Tensor) => void) | undefined
}

/**
 * A network: parameters from a key, outputs from parameters. `apply` is pure and differentiable; whatever it must remember
 * from step to step it declares in `memory` and reports through `context.tell`.
 */
export interface Network<In = Tensor, Out = Tensor, P extends Params = Params> {
  /** Fresh parameters, float32. */
  init(key: Key): P
  /** Fresh memory, by path relative to this network. Absent: the network has none. */
  memory?(key: Key): Memory
  apply(params: P, x: In, context: Context): Out
  /**
   * Hidden activations, from input to output, each [n, ...]; the last is what the last layer sees. For costs that compare rows
   * as a network sees them (feature matching, VAE-GAN's reconstruction). Absent: the network offers none.
   */
  features?(params: P, x: In, context: Context): readonly Out[]
  /** Of a critic: what it says of its rows; absent: logits (or, for losses that compare them, vectors). */
  readonly outputs?: Outputs
  /** Of a critic: its layers bound its slope (spectral norm), as some losses need it. */
  readonly lipschitz?: boolean
}

/** The context of a named part: its own key and its own path. */
export const within = (context: Context, name: string | number): Context => ({
  ...context,
  key: fold(context.key, String(name)),
  path: join(context.path, String(name)),
})

/** Joins path segments with "/", the root being the empty path. */
export const join = (path: string, name: string): string =>
  path === '' ? name : name === '' ? path : `${path}/${name}`

/** A context for `sample` mode: `memory` holds the standing statistics, if the network needs any. */
export const sampling = (
  memory: Memory = {},
  { labels, key = [0, 0] }: { labels?: Tensor | undefined; key?: Key } = {},
): Context => ({ key, mode: 'sample', path: '', memory, labels })

/** Prefixes the paths of a part's memory: `prefixed('2', { u })` is `{ '2/u': u }`. */
export const prefixed = (name: string | number, memory: Memory = {}): Memory =>
  Object.fromEntries(Object.entries(memory).map(([path, value]) => [join(String(name), path), value]))

/** The layer-local entry `name` of the context's memory, if there is one. */
export const remembered = (context: Context, name: string): Tensor | undefined =>
  context.memory[join(context.path, name)]

/** Tells the layer-local entry `name` to whoever collects it. */
export const tell = (context: Context, name: string, value: Tensor): void =>
  context.tell?.(join(context.path, name), value)
